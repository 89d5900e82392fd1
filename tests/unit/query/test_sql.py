"""SQL over the table."""

from __future__ import annotations

import dataclasses
import signal
import threading
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import duckdb
import pytest
from tests.unit.query.made import Row, commit
from tests.unit.query.remote import CountingStore

from schemahub._clock import Stop
from schemahub._lake import extras
from schemahub._lake.parquet_table import ParquetTable
from schemahub._query.sql import run_sql
from schemahub.builtin.file_store import FileStore
from schemahub.errors import Cancelled, ConfigError, IntegrityError, MissingExtra, RetryableError
from schemahub.transformer import UNIFIED_COLUMNS as COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from schemahub._query.answer import SqlResult
    from schemahub.object_store import ObjectStore
    from schemahub.table import Snapshot


def test_a_query(table: ParquetTable, store: ObjectStore) -> None:
    result = run_sql(
        "select symbol, count(*) n, max(trade_ts) last from trades group by 1 order by 1", table, store
    )
    assert result.columns == ("symbol", "n", "last")
    assert result.rows == (
        ("BTC-USD", 5, datetime(2024, 1, 3, tzinfo=UTC)),
        ("ETH-USD", 2, datetime(2024, 1, 2, 23, tzinfo=UTC)),
    )
    assert result.headline() == "2 rows"
    assert "BTC-USD" in str(result)


def test_the_view_has_the_unified_columns_and_the_day(table: ParquetTable, store: ObjectStore) -> None:
    found = run_sql("select * from trades limit 0", table, store)
    assert found.columns == (*(name for name, _ in COLUMNS), "trade_date")
    assert found.rows == ()


def test_the_day_is_the_utc_day_of_each_trade(table: ParquetTable, store: ObjectStore) -> None:
    found = run_sql(
        "select distinct trade_date = trade_ts::date, typeof(trade_date) from trades", table, store
    )
    assert found.rows == ((True, "DATE"),)
    query = "select trade_id, trade_date from trades where trade_date >= DATE '2024-01-03'"
    assert run_sql(query, table, store).rows == (("5", date(2024, 1, 3)),)


def test_a_condition_on_the_day_leaves_other_files_closed() -> None:
    store = CountingStore()
    table = commit(store, [[Row(trade_id=str(day), at_us=day * 86_400_000_000)] for day in range(5)])
    keys = [file.key for file in table.snapshot().files]
    for query in (
        "select * from trades where trade_date = '2024-01-03'",
        "from ohlcv('BTC-USD', '1 hour', '2024-01-03', '2024-01-04')",
        "from vwap('BTC-USD', 60, TIMESTAMP '2024-01-03 00:00:00', DATE '2024-01-04')",
    ):
        store.reads.clear()
        assert len(run_sql(query, table, store).rows) == 1
        # The first file is always looked at, for its columns.
        assert {read.key for read in store.reads} == {keys[0], keys[2]}, query


def test_without_a_path_only_the_columns_and_rows_asked_for_are_read() -> None:
    rows = [
        Row(trade_id=str(number), at_us=number, price=float(hash((number, "x")) % 10**15))
        for number in range(200_000)
    ]
    store = CountingStore()
    table = commit(store, [rows], rows_per_group=50_000)
    size = table.snapshot().files[0].bytes
    for query, expected, share in (
        ("select count(*) from trades", 200_000, 0.1),
        ("select count(side) from trades", 200_000, 0.3),
        ("select max(price) from trades where trade_ts < '2024-01-01 00:00:00.05Z'", None, 0.6),
        ("select sum(price) from trades", None, 0.9),
    ):
        store.reads.clear()
        found = run_sql(query, table, store).rows[0][0]
        assert expected in (None, found)
        assert sum(read.size for read in store.reads) < size * share, query
    wanted = sum(row.price for row in rows)
    assert run_sql("select sum(price) from trades", table, store).rows[0][0] == pytest.approx(wanted)


@pytest.mark.parametrize("name", ["symbol=x", "trade_date=2020-01-01", "a*b?c[1]", "it's", "a=b", "ü ñ"])
def test_a_lake_may_lie_in_any_folder(tmp_path: Path, name: str) -> None:
    files = [[Row(trade_id="1", at_us=0)], [Row(trade_id="2", at_us=86_400_000_000)]]
    # What a pattern would find besides.
    commit(FileStore(tmp_path / "axxxbyc1" / "lake"), files)
    store = FileStore(tmp_path / name / "lake")
    table = commit(store, files)
    query = "select symbol, trade_id, trade_date from trades where trade_date > '2024-01-01'"
    assert run_sql(query, table, store).rows == (("BTC-USD", "2", date(2024, 1, 2)),)
    assert len(run_sql("from ohlcv('BTC-USD', '1 day')", table, store).rows) == 2


def test_days_are_utc_days_wherever_it_runs(
    table: ParquetTable, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = duckdb.connect

    # Not by the variable TZ: DuckDB reads it once a process.
    def elsewhere() -> duckdb.DuckDBPyConnection:
        session = connect()
        session.execute("SET TimeZone = 'Pacific/Auckland'")
        return session

    monkeypatch.setattr(duckdb, "connect", elsewhere)
    found = run_sql("select trade_ts::date::text d, count(*) from trades group by 1 order by 1", table, store)
    assert found.rows == (("2024-01-01", 4), ("2024-01-02", 2), ("2024-01-03", 1))


def test_equal_names_keep_their_columns(table: ParquetTable, store: ObjectStore) -> None:
    assert run_sql("select 1 a, 2 a", table, store).rows == ((1, 2),)


def test_an_empty_table_can_be_asked(empty_store: ObjectStore) -> None:
    query = "select count(*), sum(price) from trades where trade_date > '2024-01-01'"
    assert run_sql(query, ParquetTable(empty_store), empty_store).rows == ((0, None),)


def test_of_several_statements_the_last_one_answers(table: ParquetTable, store: ObjectStore) -> None:
    query = "create table few as from trades limit 3; select count(*) from few; select 2"
    assert run_sql(query, table, store).rows == ((2,),)


@pytest.mark.parametrize(
    "query",
    [
        "selec 1",
        "select nothing from trades",
        "select * from elsewhere",
        "select 1/",
        "select 1; selec 2",
        "insert into trades select * from trades",
        "delete from trades",
        "drop table trades",
        "select error('no')",
        "select symbol::int from trades",
    ],
)
def test_a_mistake_is_one_clear_error(table: ParquetTable, store: ObjectStore, query: str) -> None:
    with pytest.raises(ConfigError, match=r"^the query failed: ") as raised:
        run_sql(query, table, store)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("query", ["create table t (a int)", "", "-- nothing", ";"])
def test_a_statement_without_an_answer(table: ParquetTable, store: ObjectStore, query: str) -> None:
    assert run_sql(query, table, store).rows == ()


def test_through_the_store_nothing_can_be_written() -> None:
    store = CountingStore()
    table = commit(store, [[Row(trade_id="1", at_us=0)]])
    key = table.snapshot().files[0].key
    before = store.get(key).data
    with pytest.raises(ConfigError, match="the query failed"):
        run_sql(f"copy trades to 'schemahub://{key}' (format parquet)", table, store)
    assert store.get(key).data == before


def lose(table: ParquetTable, store: ObjectStore, *, replace: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Delete a file between the moment that a reader sees the manifest and its opening the file."""
    seen = table.snapshot()
    if replace:
        later = commit(store, [[Row(trade_id="9", at_us=86_400_000_000)]]).snapshot()
        table.commit(later, dataclasses.replace(later, files=later.files[-1:]))
    for file in seen.files[:1]:
        store.delete(file.key)
    now = table.snapshot
    answers = [seen]

    def first_the_old_one() -> Snapshot:
        return answers.pop() if answers else now()

    monkeypatch.setattr(table, "snapshot", first_the_old_one)


@pytest.mark.parametrize(("replace", "error"), [(True, RetryableError), (False, IntegrityError)])
def test_a_file_that_is_gone_is_explained(
    table: ParquetTable,
    store: ObjectStore,
    monkeypatch: pytest.MonkeyPatch,
    replace: bool,  # noqa: FBT001 - a case
    error: type[Exception],
) -> None:
    lose(table, store, replace=replace, monkeypatch=monkeypatch)
    with pytest.raises(error, match=r"trade_date=2024-01-01.*parquet"):
        run_sql("select sum(price) from trades", table, store)


ENDLESS = "select sum(a * a % 7) from range(1000000000000) r(a)"


def test_ctrl_c_ends_a_long_query(table: ParquetTable, store: ObjectStore) -> None:
    timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        run_sql(ENDLESS, table, store)
    timer.join()


def test_a_stop_ends_a_long_query(table: ParquetTable, store: ObjectStore) -> None:
    stop = Stop()
    timer = threading.Timer(0.2, stop.set, ["stopped by a test"])
    timer.start()
    with pytest.raises(Cancelled, match="stopped by a test"):
        run_sql(ENDLESS, table, store, stop)
    timer.join()


def test_without_duckdb_the_extra_is_named(
    table: ParquetTable, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "duckdb" else name)
    with pytest.raises(MissingExtra, match=r"pip install 'schemahub\[sql\]'"):
        run_sql("select 1", table, store)


class TestTheAnswer:
    def test_numbers_of_128_bits_are_numbers(self, table: ParquetTable, store: ObjectStore) -> None:
        found = run_sql(
            "select sum(trade_id::bigint), sum(null::bigint), 1.50::decimal(9, 2) from trades", table, store
        )
        assert found.rows[0][:2] == (18, None)
        assert isinstance(found.rows[0][0], int)
        assert str(found.rows[0][2]) == "1.50"

    def test_it_goes_on_as_a_frame(self, table: ParquetTable, store: ObjectStore) -> None:
        found = run_sql("select symbol, count(*) n from trades group by 1 order by 1", table, store)
        assert found.to_arrow().to_pydict() == {"symbol": ["BTC-USD", "ETH-USD"], "n": [5, 2]}
        pytest.importorskip("pandas")
        assert found.to_pandas().n.tolist() == [5, 2]
        pytest.importorskip("polars")
        assert found.to_polars()["n"].to_list() == [5, 2]

    def test_as_a_document_it_has_all_rows(self, table: ParquetTable, store: ObjectStore) -> None:
        found = run_sql("select range a, TIMESTAMPTZ '2024-01-01' t from range(1500)", table, store)
        document = found.document()
        assert document["headline"] == "1,500 rows"
        assert document["columns"] == ["a", "t"]
        assert document["rows"][1499] == [1499, "2024-01-01 00:00:00+00:00"]

    def test_it_shows_the_first_thousand(self, table: ParquetTable, store: ObjectStore) -> None:
        found: SqlResult = run_sql("select range a from range(2500)", table, store)
        assert found.headline() == "2,500 rows, the first 1,000 shown"
        assert len(found.grids()[0].rows) == 1_000
        assert len(found.rows) == 2_500
        assert found._repr_html_().count("<tr>") == 1_001
