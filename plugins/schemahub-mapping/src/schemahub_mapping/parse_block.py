"""The second path: JSON objects of any shape, a whole batch parsed at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.json as pj

from schemahub_mapping.raw_fields import RawFields
from schemahub_mapping.raw_lines import count_lines

if TYPE_CHECKING:
    from schemahub_mapping.spec import Mapping


def parse_block(data: bytes, mapping: Mapping) -> RawFields | None:
    """Return the fields of every line, or None where only a line by line look can tell.

    Nothing is lost silently: a line that does not parse, a value of another kind than in the first line,
    a number that a float would round, or a row too many or too few gives None.
    """
    schema = _schema(data, mapping)
    if schema is None or not _is_utf8(data) or not _one_object_a_line(data):
        return None
    # "infer" brings the fields that the mapping does not name as well: they are the drift.
    options = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="infer")
    try:
        table = pj.read_json(
            pa.BufferReader(data), read_options=pj.ReadOptions(use_threads=False), parse_options=options
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    if table.num_rows != count_lines(data):
        return None
    return RawFields(
        arrays={field: table.column(str(field)).combine_chunks() for field in mapping.fields},
        lines=range(table.num_rows),
        drift=mapping.unnamed(table.column_names),
    )


def _schema(data: bytes, mapping: Mapping) -> pa.Schema | None:
    """Take the kinds of values from the first line: left alone, pyarrow would guess times from text."""
    try:
        first = json.loads(data.partition(b"\n")[0])
    except (ValueError, RecursionError):
        return None
    if not isinstance(first, dict) or not all(isinstance(field, str) for field in mapping.fields):
        return None
    kinds = [(str(field), _kind(first.get(field), types)) for field, types in mapping.fields.items()]
    return None if any(kind is None for _, kind in kinds) else pa.schema(kinds)


def _kind(value: object, wanted: set[str]) -> pa.DataType | None:
    match value:
        case str() | None:
            return pa.string()
        case bool():
            return pa.bool_()
        case int() | float() if wanted == {"double"}:
            return pa.float64()
        case int():
            return pa.int64()
        case _:
            return None


def _one_object_a_line(data: bytes) -> bool:
    """Look for lines that are no object: the reader takes objects wherever they begin and end.

    Between } and { an object can only have ended, so where every line break stands there, each line
    holds whole objects; as many rows as lines then means one each.
    """
    body = data.removesuffix(b"\n")
    breaks = body.count(b"\n")
    between = body.count(b"}\n{") or body.count(b"}\r\n{")
    return breaks == between and body.startswith(b"{")


def _is_utf8(data: bytes) -> bool:
    """Look for bytes that pyarrow's JSON reader would let through into text."""
    try:
        return data.isascii() or bool(data.decode())
    except UnicodeDecodeError:
        return False
