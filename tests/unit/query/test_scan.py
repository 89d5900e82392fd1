"""What is read of a file, and what is not."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.unit.query.made import FIRST_US, Row, commit
from tests.unit.query.remote import CountingStore

from schemahub._query.row_groups import read
from schemahub._query.selection import selection
from schemahub._query.trades import Trades
from schemahub.builtin.file_store import FileStore
from schemahub.layout import manifest_key

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from schemahub._lake.parquet_table import ParquetTable
    from schemahub.object_store import ObjectStore

# Six row groups of ten: three of AAA, then three of BBB; ids ascend with time.
ROWS = [
    Row(symbol=symbol, trade_id=str(100 + number), at_us=number * 1_000_000, price=float(number))
    for symbol in ("AAA", "BBB")
    for number in range(30)
]


@pytest.fixture(params=["memory", "file"])
def grouped(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ParquetTable, ObjectStore]:
    store = CountingStore() if request.param == "memory" else FileStore(tmp_path / "lake")
    return commit(store, [ROWS], rows_per_group=10), store


def second(number: int) -> str:
    return f"2024-01-01T00:00:{number:02d}Z"


@pytest.mark.parametrize(
    ("wanted", "groups"),
    [
        ({}, 6),
        ({"symbol": "AAA"}, 3),
        ({"symbol": "BBB", "start": second(10), "end": second(20)}, 1),
        ({"symbol": "BBB", "start": second(10), "end": second(21)}, 2),
        ({"symbol": "BBB", "start": second(9), "end": second(20)}, 2),
        ({"end": second(10)}, 2),
        ({"trade_id": 115}, 2),
        ({"symbol": "AAA", "trade_id": "115"}, 1),
    ],
)
def test_row_groups_that_cannot_match_are_not_read(
    grouped: tuple[ParquetTable, ObjectStore], wanted: dict[str, Any], groups: int
) -> None:
    table, store = grouped
    (file,) = table.snapshot().files
    assert len(list(read(store, file.key, selection(**wanted), ["price"]))) == groups


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"symbol": "BBB"},
        {"start": second(7), "end": second(23)},
        {"symbol": "AAA", "start": second(29)},
        {"trade_id": 129},
        {"symbol": "BBB", "trade_id": "100", "end": second(1)},
        {"trade_id": "129", "end": second(29)},
        {"exchange": "COINBASE", "start": second(29), "end": second(29)},
    ],
)
def test_the_rows_are_those_asked_for(
    grouped: tuple[ParquetTable, ObjectStore], wanted: dict[str, Any]
) -> None:
    chosen = selection(**wanted)
    expected = [
        (row.symbol, row.trade_id)
        for row in ROWS
        if chosen.symbol in (None, row.symbol)
        and chosen.trade_id in (None, row.trade_id)
        and (chosen.start_us is None or chosen.start_us <= FIRST_US + row.at_us)
        and (chosen.end_us is None or FIRST_US + row.at_us < chosen.end_us)
    ]
    found = Trades(*grouped, chosen).to_arrow()
    assert list(zip(found["symbol"].to_pylist(), found["trade_id"].to_pylist(), strict=True)) == expected


def test_an_id_in_no_file_opens_none() -> None:
    store = CountingStore()
    table = commit(store, [ROWS])
    for number in ("99", "130", "abc"):
        assert Trades(table, store, selection(trade_id=number)).to_arrow().num_rows == 0
    assert store.reads == []
    assert Trades(table, store, selection(trade_id="129")).to_arrow().num_rows == 2


# Prices that do not compress, so that a row group is larger than what a reader takes at once.
MANY = [
    Row(trade_id=str(number), at_us=number, price=float(hash((number, "x")) % 10**15))
    for number in range(100_000)
]


def requests(store: CountingStore) -> list[tuple[int, int]]:
    """Return the ranges asked for, those that came in several pieces as one."""
    found: list[tuple[int, int]] = []
    for one in store.reads:
        if found and one.start == found[-1][1]:
            found[-1] = (found[-1][0], one.start + one.size)
        else:
            found.append((one.start, one.start + one.size))
    return found


@pytest.mark.parametrize(("columns", "share"), [(["price"], 0.3), (None, 0.5)])
def test_without_a_path_only_ranges_are_read(columns: list[str] | None, share: float) -> None:
    store = CountingStore()
    table = commit(store, [MANY], rows_per_group=25_000)
    size = table.snapshot().files[0].bytes
    store.reads.clear()
    wanted = selection(end=_at(10), columns=columns)
    assert Trades(table, store, wanted).to_arrow()["price"].to_pylist() == [row.price for row in MANY[:10]]
    # The footer, and the columns of one row group of four.
    assert len(requests(store)) == 2
    assert sum(end - start for start, end in requests(store)) < size * share


def test_whoever_stops_early_reads_no_more() -> None:
    store = CountingStore()
    table = commit(store, [ROWS[:30], [Row(trade_id="9", at_us=90_000_000_000)]], rows_per_group=10)
    batches = Trades(table, store, selection()).to_batches()
    next(batches)
    batches.close()  # type: ignore[attr-defined]  # a generator
    assert {one.key for one in store.reads} == {table.snapshot().files[0].key}


LEFT_IN_THE_MIDDLE = """
import sys, pathlib
sys.path.insert(0, {root!r})
from tests.unit.query.made import Row, commit
from tests.unit.query.remote import CountingStore
from schemahub._query.selection import selection
from schemahub._query.trades import Trades
store = CountingStore()
rows = [Row(trade_id=str(number), at_us=number) for number in range(50_000)]
table = commit(store, [rows], rows_per_group=1000)
print(next(Trades(table, store, selection()).to_batches()).num_rows)
relation = Trades(table, store, selection()).to_duckdb()
stream = getattr(relation, "to_arrow_reader", None) or relation.fetch_record_batch
reader = stream(1000)
print(next(reader).num_rows)
"""


def test_a_process_that_ends_in_the_middle_of_a_read_ends_well(pytestconfig: pytest.Config) -> None:
    code = LEFT_IN_THE_MIDDLE.format(root=str(pytestconfig.rootpath))
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own
    assert (done.returncode, done.stdout.split()) == (0, ["1000", "1000"]), done.stderr


def test_the_manifest_alone_answers_for_an_unknown_symbol() -> None:
    store = CountingStore()
    table = commit(store, [ROWS])
    store.delete(table.snapshot().files[0].key)
    assert store.get(manifest_key(1))
    assert Trades(table, store, selection(symbol="AAA", start="2025-01-01")).to_arrow().num_rows == 0


def _at(at_us: int) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us)
