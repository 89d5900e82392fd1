"""Reading trades: filters, order, forms, and what is not read at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from schemahub._lake import extras
from schemahub._lake.parquet_table import ParquetTable
from schemahub._query.scan import fragment
from schemahub._query.selection import COLUMNS, selection
from schemahub._query.trades import Trades
from schemahub.errors import ConfigError, MissingExtra

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore

ALL = [("BTC-USD", i) for i in range(1, 6)] + [("ETH-USD", 1), ("ETH-USD", 2)]


def ids(table: ParquetTable, store: ObjectStore, **wanted: Any) -> list[tuple[str, int]]:  # noqa: ANN401 - any filter
    found = Trades(table, store, selection(**wanted)).to_arrow()
    return list(zip(found["symbol"].to_pylist(), map(int, found["trade_id"].to_pylist()), strict=True))


def test_everything_sorted_by_symbol_and_time(table: ParquetTable, store: ObjectStore) -> None:
    assert ids(table, store) == ALL


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"symbol": "ETH-USD"}, ALL[5:]),
        ({"exchange": "coinbase", "symbol": "BTC-USD"}, ALL[:5]),
        ({"exchange": "KRAKEN"}, []),
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
        ({"exchange": "KRAKEN"}, 0),
    ],
)
def test_files_that_cannot_match_are_not_opened(
    table: ParquetTable, wanted: dict[str, Any], count: int
) -> None:
    assert len(selection(**wanted).files(table.snapshot())) == count


def test_a_file_is_read_by_path_where_it_has_one(table: ParquetTable, store: ObjectStore) -> None:
    file = table.snapshot().files[0]
    path = store.local_path(file.key)
    assert fragment(store, file).path == (str(path) if path else "<Buffer>")


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


def test_duckdb(table: ParquetTable, store: ObjectStore) -> None:
    relation = Trades(table, store, selection(symbol="BTC-USD")).to_duckdb()
    assert relation.aggregate("sum(price), count(*)").fetchall() == [(15.0, 5)]


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
