"""Reading trades: filters, order, forms, and what is not read at all."""

from __future__ import annotations

import dataclasses
import io
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.query.made import DAY_US, Row, commit
from tests.unit.query.remote import CountingStore

from schemahub._lake import extras
from schemahub._lake.parquet_file import SCHEMA
from schemahub._lake.parquet_table import ParquetTable
from schemahub._query.selection import COLUMNS, selection
from schemahub._query.trades import Trades
from schemahub.errors import ConfigError, IntegrityError, MissingExtra, RetryableError

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore

ALL = [("BTC-USD", i) for i in range(1, 6)] + [("ETH-USD", 1), ("ETH-USD", 2)]


def ids(table: ParquetTable, store: ObjectStore, **wanted: Any) -> list[tuple[str, int]]:  # noqa: ANN401 - any filter
    found = Trades(table, store, selection(**wanted)).to_arrow()
    return list(zip(found["symbol"].to_pylist(), map(int, found["trade_id"].to_pylist()), strict=True))


def test_everything_sorted_by_symbol_and_time(table: ParquetTable, store: ObjectStore) -> None:
    assert ids(table, store) == ALL


def test_files_of_other_writers_may_say_that_values_could_be_null(
    table: ParquetTable, store: ObjectStore
) -> None:
    key = table.snapshot().files[1].key
    found = store.get(key)
    rows = pq.read_table(io.BytesIO(found.data))
    written = io.BytesIO()
    pq.write_table(rows.cast(SCHEMA), written)
    store.put_if(key, written.getvalue(), found.version)
    assert ids(table, store) == ALL
    batches = list(Trades(table, store, selection(columns=["symbol", "price"])).to_batches())
    assert pa.Table.from_batches(batches).num_rows == len(ALL)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"symbol": "ETH-USD"}, ALL[5:]),
        ({"exchange": "coinbase", "symbol": "BTC-USD"}, ALL[:5]),
        ({"symbol": "BTC-USD", "start": "2024-01-02"}, ALL[3:5]),
        ({"symbol": "BTC-USD", "end": "2024-01-02"}, ALL[:3]),
        ({"start": date(2024, 1, 3)}, [("BTC-USD", 5)]),
        (
            {"symbol": "BTC-USD", "start": "2024-01-01T10:00:00Z", "end": "2024-01-01T20:00:00Z"},
            [("BTC-USD", 2)],
        ),
        ({"start": datetime(2024, 1, 2, 23, tzinfo=UTC), "end": "2024-01-03"}, [("ETH-USD", 2)]),
        ({"start": "2024-01-04"}, []),
    ],
)
def test_filters(table: ParquetTable, store: ObjectStore, wanted: dict[str, Any], expected: object) -> None:
    assert ids(table, store, **wanted) == expected


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 4),
        ({"start": "2024-01-03"}, 1),
        ({"end": "2024-01-02"}, 2),
        ({"symbol": "ETH-USD"}, 2),
        ({"symbol": "ETH-USD", "start": "2024-01-01T13:00:00Z"}, 1),
        ({"symbol": "ETH-USD", "end": "2024-01-01T12:00:00Z"}, 0),
    ],
)
def test_files_that_cannot_match_are_not_opened(
    table: ParquetTable, wanted: dict[str, Any], count: int
) -> None:
    assert len(selection(**wanted).files(table.snapshot())) == count


def test_only_the_columns_asked_for(table: ParquetTable, store: ObjectStore) -> None:
    wanted = selection(columns=["price", "trade_ts"], symbol="BTC-USD")
    found = Trades(table, store, wanted).to_arrow()
    assert found.column_names == ["price", "trade_ts"]
    assert found["price"].to_pylist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_batches_come_file_by_file(table: ParquetTable, store: ObjectStore) -> None:
    trades = Trades(table, store, selection(columns=["trade_id"]))
    assert [batch["trade_id"].to_pylist() for batch in trades.to_batches()] == [
        ["1", "3", "1"],
        ["2"],
        ["4", "2"],
        ["5"],
    ]


def test_an_empty_table_has_its_columns(empty_store: ObjectStore) -> None:
    found = Trades(ParquetTable(empty_store), empty_store, selection()).to_arrow()
    assert (found.num_rows, found.column_names) == (0, list(COLUMNS))


def test_duckdb_gets_the_same_rows(table: ParquetTable, store: ObjectStore) -> None:
    relation = Trades(table, store, selection(symbol="BTC-USD")).to_duckdb()
    assert relation.aggregate("sum(price), count(*)").fetchall() == [(15.0, 5)]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"exchange": "coinbase", "symbol": "ETH-USD"},
        {"trade_id": 2},
        {"start": "2024-01-01T10:00:00Z", "end": "2024-01-02"},
        {"columns": ["price", "trade_ts"], "start": "2024-01-03"},
        {"end": datetime(2024, 1, 1, 12, 0, 0, 1, tzinfo=UTC)},
        {"start": "2025-01-01"},
    ],
)
def test_duckdb_and_arrow_agree(table: ParquetTable, store: ObjectStore, wanted: dict[str, Any]) -> None:
    trades = Trades(table, store, selection(**wanted))
    expected = trades.to_arrow()
    relation = trades.to_duckdb()
    assert relation.columns == expected.column_names
    found = relation.to_arrow_table()
    order = [(name, "ascending") for name in found.column_names]
    assert found.sort_by(order).to_pylist() == expected.sort_by(order).to_pylist()


def test_duckdb_reads_nothing_before_it_is_asked() -> None:
    store = CountingStore()
    table = commit(store, [[Row(trade_id=str(day), at_us=day * DAY_US)] for day in range(4)])
    keys = [file.key for file in table.snapshot().files]
    relation = Trades(table, store, selection(start="2024-01-02")).to_duckdb()
    # The first file is looked at, for its columns.
    assert {read.key for read in store.reads} == {keys[1]}
    assert relation.aggregate("count(*)").fetchall() == [(3,)]
    assert {read.key for read in store.reads} == set(keys[1:])


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"symbol": "BTCUSD"}, r"no such symbol .*'BTCUSD'.* Did you mean 'BTC-USD' or"),
        ({"symbol": "btc-usd"}, r"Did you mean 'BTC-USD'"),
        ({"symbol": "XYZ"}, r"expected one of BTC-USD, ETH-USD"),
        ({"exchange": "coinbse"}, r"no such exchange .*Did you mean 'COINBASE'"),
        ({"exchange": "kraken", "symbol": "BTC-USD"}, r"expected one of COINBASE"),
    ],
)
def test_a_name_that_the_table_does_not_know_is_refused(
    table: ParquetTable, store: ObjectStore, wanted: dict[str, Any], words: str
) -> None:
    trades = Trades(table, store, selection(**wanted))
    for form in (trades.to_arrow, trades.to_duckdb, trades.to_batches):
        with pytest.raises(ConfigError, match=words):
            form()


def test_an_empty_table_refuses_no_name(empty_store: ObjectStore) -> None:
    trades = Trades(ParquetTable(empty_store), empty_store, selection(symbol="BTC-USD", exchange="kraken"))
    assert trades.to_arrow().num_rows == 0
    assert trades.to_duckdb().aggregate("count(*)").fetchall() == [(0,)]


class TestACompactionMeanwhile:
    """Files are deleted between the manifest that a reader saw and its opening them."""

    @staticmethod
    def replace_first(table: ParquetTable, store: ObjectStore) -> None:
        base = table.snapshot()
        first, *others = base.files
        again = dataclasses.replace(base, generations={first.trade_date: 2})
        rows = Trades(table, store, selection(end="2024-01-02")).to_arrow()
        files = (table.write(again, first.trade_date, rows, "compacted"), *others[1:])
        table.commit(base, dataclasses.replace(again, files=files))
        for file in base.files[:2]:
            store.delete(file.key)

    def test_nothing_given_out_yet_begins_anew(self, table: ParquetTable, store: ObjectStore) -> None:
        batches = Trades(table, store, selection()).to_batches()
        self.replace_first(table, store)
        assert sum(batch.num_rows for batch in batches) == len(ALL)

    def test_in_the_middle_it_says_to_read_again(self, table: ParquetTable, store: ObjectStore) -> None:
        batches = Trades(table, store, selection()).to_batches()
        next(batches)
        self.replace_first(table, store)
        with pytest.raises(RetryableError, match=r"trade_date=2024-01-01/g1/.*replaced.*Read again"):
            list(batches)

    def test_a_frame_begins_anew_by_itself(
        self, table: ParquetTable, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = table.snapshot()
        first = min(file.key for file in seen.files)
        data = store.get(first).data
        self.replace_first(table, store)
        # The first file is there still, so that it is noticed in the middle.
        store.put_new(first, data)
        now = table.snapshot
        answers = [seen]
        monkeypatch.setattr(table, "snapshot", lambda: answers.pop() if answers else now())
        assert ids(table, store) == ALL

    def test_a_file_that_the_manifest_still_names_is_lost(
        self, table: ParquetTable, store: ObjectStore
    ) -> None:
        store.delete(table.snapshot().files[1].key)
        with pytest.raises(IntegrityError, match=r"trade_date=2024-01-01.*not there"):
            Trades(table, store, selection()).to_arrow()


def test_a_notebook_shows_the_first_trades(table: ParquetTable, store: ObjectStore) -> None:
    trades = Trades(table, store, selection(columns=["symbol", "trade_id"]))
    assert "<td>ETH-USD</td><td>2</td>" in trades._repr_html_()
    assert "ETH-USD" in repr(trades)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"start": datetime(2024, 1, 1)}, "start has no time zone"),  # noqa: DTZ001 - what is refused
        ({"end": "2024-01-01T00:00:00"}, "zone"),
        ({"start": "yesterday"}, "not a time"),
        ({"columns": ["prise"]}, "no such column .*Did you mean 'price'"),
    ],
)
def test_a_wrong_question_is_refused(wanted: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        selection(**wanted)


@pytest.mark.parametrize("form", ["pandas", "polars"])
def test_a_library_that_is_missing_is_named(
    table: ParquetTable, store: ObjectStore, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == form else name)
    with pytest.raises(MissingExtra, match=f"pip install {form}"):
        getattr(Trades(table, store, selection()), f"to_{form}")()


def test_without_pyarrow_the_extra_is_named(
    empty_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"pip install 'schemahub\[parquet\]'"):
        Trades(ParquetTable(empty_store), empty_store, selection()).to_batches()
