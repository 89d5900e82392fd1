"""The table named `iceberg`: data and covered positions in one Iceberg commit, read by many engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub import hookimpl

if TYPE_CHECKING:
    from schemahub.table import Table


@hookimpl
def schemahub_table() -> type[Table]:
    """Return the class behind `table: iceberg`."""
    from schemahub_iceberg.table import IcebergTable

    return IcebergTable
