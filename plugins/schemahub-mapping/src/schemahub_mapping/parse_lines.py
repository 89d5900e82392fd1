"""The slow path: line by line, so that one bad line costs one line; and rows that are arrays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import pyarrow as pa

from schemahub.transformer import Rejected
from schemahub_mapping.raw_fields import RawFields
from schemahub_mapping.raw_lines import split_lines

if TYPE_CHECKING:
    from schemahub_mapping.spec import Field, Mapping

_Row = dict["Field", str | None]


def parse_lines(data: bytes, mapping: Mapping) -> RawFields:
    """Return the fields of every line as text, exactly as written; reject the lines that are no rows."""
    rows: list[_Row] = []
    lines: list[int] = []
    rejected: list[Rejected] = []
    names: set[Field] = set()
    for number, line in enumerate(split_lines(data)):
        try:
            raw = _raw(line)
            row = {field: _text(raw.get(field)) for field in mapping.fields}
        except (ValueError, RecursionError) as error:
            rejected.append(Rejected(line=number, rule=f"json: {_reason(error)}", data=line))
            continue
        rows.append(row)
        lines.append(number)
        names.update(raw)
    return RawFields(
        arrays={field: pa.array([row[field] for row in rows], pa.string()) for field in mapping.fields},
        lines=lines,
        rejected=tuple(rejected),
        drift=mapping.unnamed(names),
    )


def _raw(line: bytes) -> dict[Field, object]:
    # Numbers with a point stay text: a float would lose digits of a time or an id.
    value = json.loads(line.decode(), parse_float=str, parse_constant=_no_constant)
    if isinstance(value, list):
        return dict(enumerate(value))
    if not isinstance(value, dict):
        msg = "neither an object nor an array"
        raise ValueError(msg)  # noqa: TRY004 - bad data, not a bad call
    return value


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            value.encode()  # half a surrogate pair is no text: UnicodeEncodeError is a ValueError
            return value
        case _:
            msg = "a value is an object or an array"
            raise ValueError(msg)


def _no_constant(name: str) -> NoReturn:
    msg = f"{name} is no JSON"
    raise ValueError(msg)


def _reason(error: Exception) -> str:
    match error:
        case UnicodeError():
            return "not UTF-8"
        case json.JSONDecodeError():
            return error.msg
        case RecursionError():
            return "nested too deep"
        case _:
            return str(error)
