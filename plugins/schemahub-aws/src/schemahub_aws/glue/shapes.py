"""The table and its partitions as Glue spells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemahub.transformer import UNIFIED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.catalog import LiveTable

_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
_TYPES = {"string": "string", "double": "double", "timestamp[us, UTC]": "timestamp"}
_KEPT = ("Name", "Description", "Owner", "Retention", "PartitionKeys", "TableType", "Parameters")
COLUMNS = tuple((name, _TYPES[kind]) for name, kind in UNIFIED_COLUMNS)
PARTITION_KEYS = (("trade_date", "date"),)


def described(columns: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    """Return columns as Glue spells them."""
    return [{"Name": name, "Type": kind} for name, kind in columns]


def names_and_types(columns: list[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """Undo `described`; what else Glue says of a column, as a comment, is nobody's business here."""
    return tuple((column["Name"], column.get("Type", "")) for column in columns)


def storage(location: str) -> dict[str, Any]:
    """Return where and how data is stored."""
    return {
        "Columns": described(COLUMNS),
        "Location": location,
        "InputFormat": f"{_PARQUET}.MapredParquetInputFormat",
        "OutputFormat": f"{_PARQUET}.MapredParquetOutputFormat",
        "Compressed": False,
        "SerdeInfo": {
            "SerializationLibrary": f"{_PARQUET}.serde.ParquetHiveSerDe",
            "Parameters": {"serialization.format": "1"},
        },
    }


def new_table(name: str, table: LiveTable) -> dict[str, Any]:
    """Return what a table is made of."""
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet"},
        "PartitionKeys": described(PARTITION_KEYS),
        "StorageDescriptor": storage(table.root),
    }


def changed_table(found: Mapping[str, Any], table: LiveTable) -> dict[str, Any]:
    """Return a table brought up to date; what people wrote beside it, as a description, stays."""
    # Glue gives empty texts where nothing was said, and does not take them.
    kept = {name: found[name] for name in _KEPT if found.get(name)}
    return {**kept, "StorageDescriptor": storage(table.root)}


def partition(day: str, location: str) -> dict[str, Any]:
    """Return what a partition is made of."""
    return {"Values": [day], "StorageDescriptor": storage(location)}
