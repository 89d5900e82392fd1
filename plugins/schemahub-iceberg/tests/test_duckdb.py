"""DuckDB's own reader of Iceberg, in an environment apart: its extensions fit one version of it alone."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from iceberg_world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.hub import Hub

PYTHON = os.environ.get("ICEBERG_DUCKDB_PYTHON", "")
READ = """
import importlib.util, json, sys
from pathlib import Path
import duckdb

connection = duckdb.connect()
for name in ("avro", "iceberg"):
    (home,) = importlib.util.find_spec(f"duckdb_extension_{name}").submodule_search_locations
    (file,) = Path(home).rglob("*.duckdb_extension")
    connection.execute(f"LOAD '{file}'")
print(json.dumps(connection.execute(sys.argv[1], sys.argv[2:]).fetchall()))
"""


@pytest.mark.skipif(not PYTHON, reason="it needs another DuckDB: nox -s iceberg")
def test_duckdb_reads_the_rows_of_each_state(folder: Path, opened: Callable[..., Hub]) -> None:
    world = World(folder)
    for batches in (1, 3):
        world.put_raw(batches)
        world.transform()
        assert _by_duckdb(world) == _ours(opened())
    world.compact()
    assert _by_duckdb(world) == _ours(opened())


def _query(source: str) -> str:
    values = "count(*), round(sum(price * quantity), 6), epoch_us(min(trade_ts)), max(trade_id)"
    return f"SELECT symbol, {values} FROM {source} GROUP BY ALL ORDER BY ALL"  # noqa: S608 - our own


def _by_duckdb(world: World) -> list[list[object]]:
    loaded = world.table()._catalog.load()
    assert loaded is not None
    command = [PYTHON, "-c", READ, _query("iceberg_scan(?)"), loaded.metadata_location]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    rows: list[list[object]] = json.loads(done.stdout)
    return rows


def _ours(hub: Hub) -> list[list[object]]:
    return [list(row.values()) for row in hub.sql(_query("trades")).to_arrow().to_pylist()]
