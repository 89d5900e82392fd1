"""One unified column out of raw values, and what is wrong with each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub_mapping.casts import cast
from schemahub_mapping.spec import Source

if TYPE_CHECKING:
    from schemahub_mapping.raw_fields import RawFields
    from schemahub_mapping.spec import Column

_SIDES = pa.array(["BUY", "SELL"])


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule, and for each row whether it breaks it."""

    rule: str
    broken: pa.Array


@dataclass(frozen=True, slots=True)
class Made:
    """A column's values and the faults found on the way; a faulty row's value means nothing."""

    values: pa.Array
    faults: list[Fault]


def make(column: Column, fields: RawFields, product: str) -> Made:
    """Make one column: type the raw values, look them up, fill in the default."""
    raw = _raw(column, fields, product)
    typed = cast(raw, column.type, column.format)
    faults = [Fault(f"{column.name}: no {_kind(column)}", _lost(raw, typed))]
    values = typed
    if column.values:
        values = _look_up(column, typed)
        faults.append(Fault(f"{column.name}: not in the map", _lost(typed, values)))
    if column.default is None:
        faults.append(Fault(f"{column.name}: missing", pc.is_null(raw)))
    else:
        default = cast(pa.array([column.default]), column.type, column.format)[0]
        values = pc.if_else(pc.is_null(raw), default, values)
    if column.name == "side":
        odd = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=_SIDES)))
        faults.append(Fault("side: neither BUY nor SELL", odd))
    return Made(values, faults)


def _raw(column: Column, fields: RawFields, product: str) -> pa.Array:
    if column.source is Source.FIELD:
        return fields.arrays[column.field]
    return pa.repeat(product if column.source is Source.PRODUCT else str(column.field), len(fields.lines))


def _look_up(column: Column, values: pa.Array) -> pa.Array:
    keys, targets = zip(*column.values, strict=True)
    return pa.array(targets).take(pc.index_in(values, value_set=pa.array(keys)))


def _lost(before: pa.Array, after: pa.Array) -> pa.Array:
    """Tell which values were there and are not any more."""
    return pc.and_(pc.is_valid(before), pc.is_null(after))


def _kind(column: Column) -> str:
    return f"{column.format} {column.type}".strip()
