from __future__ import annotations

import importlib
import json
import shlex
from typing import TYPE_CHECKING

import pytest

from schemahub._query.answer import SqlResult
from schemahub._query.ddl import DdlResult
from schemahub.cli._commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result as Outcome
    from tests.unit.cli.conftest import FakeHub

    Run = Callable[..., Outcome]

INGEST = {
    "exchange": None,
    "products": None,
    "since": None,
    "workers": None,
    "chunk_concurrency": None,
    "max_minutes": None,
    "dry_run": False,
}
LONG = (
    "ingest --exchange x --exchange y --product A --product B --since 1d --workers 9 --chunk-concurrency 7 "
    "--max-minutes 1.5 --dry-run"
)
BACKFILL = {
    **{name: value for name, value in INGEST.items() if name != "since"},
    "start": None,
    "end": None,
    "fill_gaps": False,
}


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("update-seed", ("update_seed", (None, None), {})),
        ("update-seed --exchange kraken --product A", ("update_seed", (["kraken"], ["A"]), {})),
        ("ingest", ("ingest", (), INGEST)),
        (
            LONG,
            (
                "ingest",
                (),
                {
                    "exchange": ["x", "y"],
                    "products": ["A", "B"],
                    "since": "1d",
                    "workers": 9,
                    "chunk_concurrency": 7,
                    "max_minutes": 1.5,
                    "dry_run": True,
                },
            ),
        ),
        (
            "backfill --start 2026-01-01 --end 2026-01-02 --product A",
            ("backfill", (), {**BACKFILL, "start": "2026-01-01", "end": "2026-01-02", "products": ["A"]}),
        ),
        ("backfill --fill-gaps", ("backfill", (), {**BACKFILL, "fill_gaps": True})),
        ("transform", ("transform", (), {"full": False, "dry_run": False})),
        ("transform --full --dry-run", ("transform", (), {"full": True, "dry_run": True})),
        ("compact", ("compact", (), {"grace": None, "dry_run": False})),
        ("compact --grace 2h --dry-run", ("compact", (), {"grace": "2h", "dry_run": True})),
        (
            "verify --deep --allow-confirmed --exchange x --product A",
            ("verify", (), {"deep": True, "allow_confirmed": True, "exchange": "x", "products": ["A"]}),
        ),
        ("gaps --recheck", ("gaps", (), {"recheck": True, "exchange": None, "products": None})),
        ("status", ("status", (), {"by_day": False, "exchange": None, "products": None})),
        (
            "status --by-day --exchange x --product A",
            ("status", (), {"by_day": True, "exchange": "x", "products": ["A"]}),
        ),
        (
            "status --quality --days 7 --strict --product A",
            ("quality", (), {"exchange": None, "products": ["A"], "days": 7, "strict": True}),
        ),
        ("sql 'SELECT 1'", ("sql", ("SELECT 1",), {"engine": None})),
        ("ddl duckdb", ("ddl", ("duckdb",), {"location": None})),
        ("ddl athena --location cloud://b", ("ddl", ("athena",), {"location": "cloud://b"})),
    ],
)
def test_a_command_asks_the_hub(
    hub: FakeHub, run: Run, line: str, call: tuple[str, tuple[object, ...], dict[str, object]]
) -> None:
    outcome = run(*shlex.split(line), "--lake", "here")
    assert outcome.exit_code == 0, outcome.output
    assert hub.calls == [call]
    assert hub.opened["url"] == "here"


def test_every_command_of_the_table_is_named_as_its_module_says() -> None:
    late = {"demo", "simulate"}
    for name, (module, line) in COMMANDS.items():
        if importlib.util.find_spec(module) is None and name in late:
            continue
        command = importlib.import_module(module).command
        assert command.name == name
        assert command.help, name
        assert line.endswith(".")


@pytest.mark.parametrize(
    "line",
    [
        "backfill",
        "ingest --workers 0",
        "ingest --workers many",
        "ingest --nope",
        "nope",
        "sql",
        "status --by-day --quality",
        "status --strict",
        "status --quality --days 0",
    ],
)
def test_wrong_use_exits_2(hub: FakeHub, run: Run, line: str) -> None:
    outcome = run(*line.split(), "--lake", "here")
    assert outcome.exit_code == 2
    assert hub.calls == []


def test_a_misspelt_command_gets_a_suggestion(run: Run) -> None:
    assert "Did you mean 'ingest'?" in run("ingst").stderr


def test_sql_reads_stdin(hub: FakeHub, run: Run) -> None:
    assert run("sql", "--lake", "here", text="SELECT 2\n").exit_code == 0
    assert hub.calls == [("sql", ("SELECT 2\n",), {"engine": None})]


def test_sql_prints_csv_and_json(hub: FakeHub, run: Run) -> None:
    pa = pytest.importorskip("pyarrow")
    rows = {"product": ["BTC-USD", "[red]"], "trades": [1_234, None], "price": [0.5, 1e-8]}
    hub.result = SqlResult.of(pa.table(rows))
    csv = run("sql", "x", "--lake", "here", "--format", "csv").stdout
    assert csv == "product,trades,price\nBTC-USD,1234,0.5\n[red],,1e-08\n"
    rows = json.loads(run("sql", "x", "--lake", "here", "--format", "json").stdout)
    assert rows[1] == {"product": "[red]", "trades": None, "price": 1e-08}
    assert len(hub.calls) == 2
    hub.result = SqlResult.of(pa.table({"a": pa.array([], pa.int64())}))
    assert run("sql", "x", "--lake", "here", "--format", "csv").stdout == "a\n"
    assert json.loads(run("sql", "x", "--lake", "here", "--format", "json").stdout) == []


def test_ddl_prints_a_script(hub: FakeHub, run: Run) -> None:
    hub.result = DdlResult(dialect="duckdb", statements=("-- One.\nSELECT 1;", "-- Two.\nSELECT 2;"))
    assert run("ddl", "duckdb", "--lake", "here").stdout == "-- One.\nSELECT 1;\n\n-- Two.\nSELECT 2;\n"
    document = json.loads(run("ddl", "duckdb", "--lake", "here", "--json").stdout)
    assert document["statements"] == list(hub.result.statements)
    assert run("ddl", "oracle", "--lake", "here").exit_code == 2
