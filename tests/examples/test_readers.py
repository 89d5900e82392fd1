"""The scripts that read a lake without schemahub: each sees the table as it is, and once."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from tests.examples.conftest import EXAMPLES, TRADES

import schemahub

if TYPE_CHECKING:
    from pathlib import Path

    from tests.examples.conftest import Run

FOLDER = EXAMPLES / "read_without_schemahub"
TRUTH = "SELECT trade_date, symbol, count(*), sum(quantity) FROM trades GROUP BY ALL ORDER BY ALL"


@pytest.mark.parametrize(
    ("engine", "needs"),
    [("duckdb", "duckdb"), ("polars", "polars"), ("pandas", "pandas"), ("spark", "pyspark")],
)
def test_it_reads_what_the_manifest_says(engine: str, needs: str, lake: Path, run: Run) -> None:
    pytest.importorskip(needs, reason=f"{needs} is not installed: see `nox -l`")
    lines = [line.split() for line in run(f"read_without_schemahub/with_{engine}.py", str(lake)).splitlines()]
    found = [(day, symbol, int(count), pytest.approx(float(volume))) for day, symbol, count, volume in lines]
    assert found == [(str(day), *rest) for day, *rest in schemahub.open(lake).sql(TRUTH).rows]
    assert sum(count for _, _, count, _ in found) == sum(TRADES.values())


def test_a_pattern_over_the_folders_would_be_wrong_here(lake: Path) -> None:
    import pyarrow.parquet as pq

    files = (lake / "unified_trades").rglob("*.parquet")
    assert sum(pq.read_metadata(file).num_rows for file in files) > sum(TRADES.values())


@pytest.mark.parametrize("script", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_it_does_without_schemahub(script: Path) -> None:
    tree = ast.parse(script.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported
    assert {name for name in imported if name.startswith("schemahub")} == set()
