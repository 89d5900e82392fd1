"""A DuckDB session over files of the table, wherever they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._query.views import files_view, statements

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile


def session(store: ObjectStore, files: Sequence[DataFile]) -> duckdb.DuckDBPyConnection:
    """Open a session in memory with the views and macros over these files; its time zone is UTC."""
    import duckdb

    opened = duckdb.connect()
    opened.execute("SET TimeZone = 'UTC'")
    # First over no files: each statement looks through all that it names, and only the last need name them.
    for statement in statements(()):
        opened.execute(statement)
    opened.execute(files_view(_paths(opened, store, files)))
    return opened


def _paths(opened: duckdb.DuckDBPyConnection, store: ObjectStore, files: Sequence[DataFile]) -> list[str]:
    """Return how DuckDB finds the files: by their paths, or through the store where they have none."""
    paths = [store.local_path(file.key) for file in files]
    if all(path is not None for path in paths):
        return [str(path) for path in paths]
    from schemahub._query.store_files import SCHEME, StoreFiles

    opened.register_filesystem(StoreFiles(store, {file.key: file.bytes for file in files}))
    return [f"{SCHEME}://{file.key}" for file in files]
