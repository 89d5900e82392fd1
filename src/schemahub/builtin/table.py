"""The bundled table, found by the name `parquet`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.hookspecs import hookimpl

if TYPE_CHECKING:
    from schemahub.table import Table


@hookimpl
def schemahub_table() -> type[Table]:
    """Return the table that keeps a manifest over any object store."""
    from schemahub._lake.parquet_table import ParquetTable

    return ParquetTable
