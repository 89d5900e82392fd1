"""The table's columns, partitions and properties in Iceberg's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import DayTransform
from pyiceberg.types import DoubleType, NestedField, StringType, TimestamptzType

from schemahub.transformer import UNIFIED_COLUMNS

if TYPE_CHECKING:
    from pyiceberg.table import Table as Loaded
    from pyiceberg.types import PrimitiveType

LAKE = "schemahub.lake"
"""The table property that says whose table it is."""
_TYPES: dict[str, PrimitiveType] = {
    "string": StringType(),
    "double": DoubleType(),
    "timestamp[us, UTC]": TimestamptzType(),
}
_FIRST_PARTITION_ID = 1000  # Iceberg numbers partition fields from here


def schema() -> Schema:
    """Return the unified columns; their ids follow from their order, which only grows."""
    fields = (
        NestedField(number, name, _TYPES[kind], required=False)
        for number, (name, kind) in enumerate(UNIFIED_COLUMNS, 1)
    )
    return Schema(*fields)


def partitions(columns: Schema) -> PartitionSpec:
    """Return the days of `trade_ts`, which each file has one of."""
    source = columns.find_field("trade_ts").field_id
    return PartitionSpec(PartitionField(source, _FIRST_PARTITION_ID, DayTransform(), "trade_date"))


def properties(columns: Schema, lake: str) -> dict[str, str]:
    """Return what a new table says of itself."""
    return {
        "format-version": "2",
        LAKE: lake,
        # Data files know columns by name, whatever table they are of: so they need not be rewritten.
        "schema.name-mapping.default": columns.name_mapping.model_dump_json(),
        # Files are written without the statistics of these.
        "write.metadata.metrics.column.side": "none",
        "write.metadata.metrics.column.quantity": "none",
        "commit.manifest-merge.enabled": "true",
        "write.metadata.previous-versions-max": "20",
    }


def add_new_columns(table: Loaded) -> None:
    """Add the columns that this version of schemahub has and the table lacks; others' columns stay."""
    known = set(table.schema().column_names)
    new = [(name, kind) for name, kind in UNIFIED_COLUMNS if name not in known]
    if not new:
        return
    with table.update_schema() as update:
        for name, kind in new:
            update.add_column(name, _TYPES[kind])
