"""SQL over the table: DuckDB with the view `trades`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from schemahub._lake.extras import require_sql
from schemahub.errors import ConfigError
from schemahub.results import Grid, Result

if TYPE_CHECKING:
    import duckdb

    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlResult(Result):
    """The answer of a query; times are aware, in UTC."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    @property
    def complete(self) -> bool:
        """Tell that there is an answer."""
        return True

    def headline(self) -> str:
        """Return the number of rows."""
        return f"{len(self.rows):,} rows" if len(self.rows) != 1 else "1 row"

    def grids(self) -> tuple[Grid, ...]:
        """Return the answer."""
        return (Grid(title="", columns=self.columns, rows=self.rows),)


def run_sql(query: str, table: Table, store: ObjectStore) -> SqlResult:
    """Run one query over the table's state of this moment; a mistake in it is a `ConfigError`."""
    require_sql()
    import duckdb

    with connect() as session:
        _add_trades(session, list(table.snapshot().files), store)
        try:
            # The stub forgets that a statement without an answer gives None.
            relation = cast("duckdb.DuckDBPyRelation | None", session.sql(query))
            if relation is None:
                return SqlResult(columns=(), rows=())
            found = relation.to_arrow_table()
        except duckdb.Error as error:
            msg = f"the query failed: {' '.join(str(error).split())}"
            raise ConfigError(msg) from error
    # By way of Arrow: DuckDB's own rows need pytz for times. By position: names may repeat.
    cells = [column.to_pylist() for column in found.columns]
    return SqlResult(columns=tuple(found.column_names), rows=tuple(zip(*cells, strict=True)))


def connect() -> duckdb.DuckDBPyConnection:
    """Open a session in memory whose time zone is UTC, wherever it runs."""
    import duckdb

    session = duckdb.connect()
    session.execute("SET TimeZone = 'UTC'")
    return session


def _add_trades(session: duckdb.DuckDBPyConnection, files: list[DataFile], store: ObjectStore) -> None:
    paths = [str(path) for file in files if (path := store.local_path(file.key)) is not None]
    if files and len(paths) == len(files):
        # The folder's trade_date is no column of the table.
        session.read_parquet(paths, hive_partitioning=False).create_view("trades")
        return
    from schemahub._query.scan import dataset

    session.register("trades", dataset(store, files))
