"""A selection of the table as a lazy DuckDB relation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from schemahub._query.session import session
from schemahub._query.views import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from schemahub._query.selection import Selection
    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def relation(store: ObjectStore, files: Sequence[DataFile], wanted: Selection) -> duckdb.DuckDBPyRelation:
    """Return the selected rows of these files, unread; the relation keeps its session alive."""
    tests = " AND ".join(_tests(wanted)) or "true"
    columns = ", ".join(wanted.columns)
    # Names that hold no quotes; texts are quoted.
    return session(store, files).sql(f"SELECT {columns} FROM trades WHERE {tests}")  # noqa: S608


def _tests(wanted: Selection) -> Iterator[str]:
    for name in ("exchange", "symbol", "trade_id"):
        if (text := getattr(wanted, name)) is not None:
            yield f"{name} = {quoted(text)}"
    if wanted.start_us is not None:
        yield f"trade_ts >= {_moment(wanted.start_us)}"
    if wanted.end_us is not None:
        yield f"trade_ts < {_moment(wanted.end_us)}"


def _moment(micros: int) -> str:
    return f"TIMESTAMPTZ '{(_EPOCH + timedelta(microseconds=micros)).isoformat()}'"
