"""The texts of an answer as Arrow columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TIME = pa.timestamp("us", tz="UTC")
_TYPES = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "real": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": _TIME,
    "timestamp with time zone": _TIME,
}


def schema_of(columns: Sequence[Mapping[str, Any]]) -> pa.Schema:
    """Return the Arrow types of an answer's columns; lists, maps, rows and whatever else stay texts."""
    return pa.schema([(column["Name"], _type(column)) for column in columns])


def batch_of(rows: Sequence[Sequence[str | None]], schema: pa.Schema) -> pa.RecordBatch:
    """Turn rows of texts into columns; None is null, and an empty text is not."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [_array(texts, field.type) for texts, field in zip(columns, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def _type(column: Mapping[str, Any]) -> pa.DataType:
    kind = str(column["Type"]).partition("(")[0].strip().lower()
    if kind == "decimal":
        return pa.decimal128(column.get("Precision") or 38, column.get("Scale") or 0)
    return _TYPES.get(kind, pa.string())


def _array(texts: Sequence[str | None], kind: pa.DataType) -> pa.Array:
    if kind == _TIME:
        return pa.array([None if text is None else _moment(text) for text in texts], _TIME)
    return pa.array(texts, pa.string()).cast(kind)


def _moment(text: str) -> datetime:
    """Read a time: those without a zone are the table's, and so UTC."""
    day, _, rest = text.partition(" ")
    clock, _, zone = rest.partition(" ")
    moment = datetime.fromisoformat(f"{day} {clock}" if clock else day)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone) if zone and zone != "UTC" else UTC)
    return moment.astimezone(UTC)
