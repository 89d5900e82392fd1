"""Queries go to an engine by name; the bundled one is DuckDB in this process."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from schemahub.hookspecs import hookimpl
from schemahub.query_engine import QueryAnswer, QueryEngine, QueryPlace

if TYPE_CHECKING:
    from schemahub._config import Settings
    from schemahub._query.answer import SqlResult


class DuckDbEngine(QueryEngine):
    """DuckDB in memory, over the files that the manifest names at this moment."""

    def run(self, query: str) -> QueryAnswer:
        """Run statements, and return the answer of the last."""
        from schemahub._query.sql import run_sql

        place = self._place
        return QueryAnswer(rows=run_sql(query, place.table, place.store, place.stop).to_arrow())


@hookimpl
def schemahub_query_engine() -> type[QueryEngine]:
    """Return the engine named `duckdb`."""
    return DuckDbEngine


def run_query(query: str, place: QueryPlace, name: str, settings: Settings) -> SqlResult:
    """Run a query in the engine of that name."""
    from schemahub._config import plugin_options
    from schemahub._lake.extras import require_parquet
    from schemahub._plugins import load
    from schemahub._query.answer import SqlResult

    require_parquet()
    made = load("query_engines", name)
    answer = made(place, plugin_options(settings, "query_engines", name, made.Options)).run(query)
    result = SqlResult.of(answer.rows, answer.figures)
    # Asked only where it may be the reason: a look at the manifest.
    empty = not result.answer.num_rows and not place.table.snapshot().files
    return dataclasses.replace(result, table_is_empty=empty)
