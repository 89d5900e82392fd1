"""SQL over the table: DuckDB with the view `trades`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from schemahub._clock import Stop
from schemahub._lake.extras import require_sql
from schemahub._query.answer import SqlResult
from schemahub._query.replaced import reason
from schemahub.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile, Table


def run_sql(query: str, table: Table, store: ObjectStore, stop: Stop | None = None) -> SqlResult:
    """Run statements over the table's state of this moment, and return the answer of the last.

    A mistake in them is a `ConfigError`; `Cancelled` once `stop` is set. DuckDB works in memory, and the
    lake is no more than views to it, so no statement changes the table.
    """
    require_sql()
    import duckdb

    from schemahub._query.interruptible import interruptible
    from schemahub._query.session import session

    files = table.snapshot().files
    try:
        with session(store, files) as opened:
            return interruptible(opened, lambda: _answer(opened, query), stop or Stop())
    except duckdb.Error as error:
        _refuse_missing(error, files, table, store)
        msg = f"the query failed: {' '.join(str(error).split())}"
        raise ConfigError(msg) from error


def _answer(opened: duckdb.DuckDBPyConnection, query: str) -> SqlResult:
    # The stub forgets that a statement without an answer gives None.
    relation = cast("duckdb.DuckDBPyRelation | None", opened.sql(query))
    return SqlResult.of(None if relation is None else relation.to_arrow_table())


def _refuse_missing(error: duckdb.Error, files: Sequence[DataFile], table: Table, store: ObjectStore) -> None:
    """Raise what is behind an error that names a file, where that file is gone."""
    for file in files:
        if file.key in str(error):
            try:
                store.open(file.key).close()
            except NotFound as gone:
                raise reason(table, file.key) from gone
