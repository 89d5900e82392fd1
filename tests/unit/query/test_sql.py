"""SQL over the table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import pytest

from schemahub._lake.parquet_table import ParquetTable
from schemahub._query.sql import run_sql
from schemahub.errors import ConfigError
from schemahub.transformer import UNIFIED_COLUMNS as COLUMNS

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore


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


def test_the_view_has_the_unified_columns_only(table: ParquetTable, store: ObjectStore) -> None:
    found = run_sql("select * from trades limit 0", table, store)
    assert found.columns == tuple(name for name, _ in COLUMNS)
    assert found.rows == ()


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
    found = run_sql("select count(*), sum(price) from trades", ParquetTable(empty_store), empty_store)
    assert found.rows == ((0, None),)


@pytest.mark.parametrize(
    "query", ["selec 1", "select nothing from trades", "select * from elsewhere", "select 1/"]
)
def test_a_mistake_is_one_clear_error(table: ParquetTable, store: ObjectStore, query: str) -> None:
    with pytest.raises(ConfigError, match=r"^the query failed: ") as raised:
        run_sql(query, table, store)
    assert "\n" not in str(raised.value)


def test_a_statement_without_an_answer(table: ParquetTable, store: ObjectStore) -> None:
    assert run_sql("create table t (a int)", table, store).rows == ()
