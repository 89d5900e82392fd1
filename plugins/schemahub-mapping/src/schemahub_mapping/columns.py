"""One unified column out of raw values, and what is wrong with each row."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemahub_mapping.casts import cast
from schemahub_mapping.spec import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from schemahub.transformer import RawLines
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
    faults: tuple[Fault, ...] = ()


def make(column: Column, fields: RawFields, batch: RawLines) -> Made:
    """Make one column: type the raw values, look them up, fill in the default.

    Texts that repeat (constants, what a map leads to) are dictionaries: they cost next to nothing.
    """
    if column.source is Source.PRODUCT:
        return Made(
            repeated(pa.scalar(column.of_product(batch.stream.product, batch.symbol)), len(fields.lines))
        )
    if column.source is Source.CONSTANT:
        return Made(repeated(_typed(str(column.field), column), len(fields.lines)))
    raw = fields.arrays[column.field]
    if column.field in fields.printed:
        return _typed_as(column, raw, raw)
    if pa.types.is_dictionary(raw.type):
        return _spread(_of_raw(column, raw.dictionary, None), raw.indices)
    return _of_raw(column, raw, fields.whole.get(column.field))


def _spread(made: Made, places: pa.Array) -> Made:
    """Return what was made of a few values for all rows that have them."""
    faults = tuple(Fault(fault.rule, fault.broken.take(places)) for fault in made.faults)
    values = made.values
    if pa.types.is_dictionary(values.type):
        indices = values.indices.take(places)
        return Made(_indexed(indices, values.dictionary), faults)
    return Made(values.take(places), faults)


def _of_raw(column: Column, raw: pa.Array, whole: pa.Array | None) -> Made:
    return _typed_as(column, raw, cast(raw, column.type, column.format, whole))


def _typed_as(column: Column, raw: pa.Array, typed: pa.Array) -> Made:
    values = _looked_up(column, typed) if column.values else typed
    faults = tuple(_faults(column, raw, typed, values))
    if column.default is not None and raw.null_count:
        values = pc.if_else(pc.is_null(raw), _typed(column.default, column), _plain(values))
    return Made(values, faults)


def repeated(value: pa.Scalar, count: int) -> pa.Array:
    """Return one value `count` times; a text as a dictionary."""
    if not pa.types.is_string(value.type):
        return pa.repeat(value, count)
    return _indexed(np.zeros(count, np.int32), pa.array([value.as_py()]))


def _indexed(places: pa.Array | npt.NDArray[np.int32], texts: pa.Array) -> pa.DictionaryArray:
    # Places that are made here need not be looked at for whether they are within bounds.
    return pa.DictionaryArray.from_arrays(places, texts, safe=False)


def _looked_up(column: Column, values: pa.Array) -> pa.Array:
    keys, places, texts = _targets(column)
    return _indexed(places.take(pc.index_in(values, value_set=keys)), texts)


@functools.lru_cache(maxsize=1_000)
def _targets(column: Column) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return a map's keys, where each one's target stands among the texts, and those."""
    keys, targets = zip(*column.values, strict=True)
    distinct = list(dict.fromkeys(targets))
    places = pa.array(map(distinct.index, targets), pa.int32())
    return pa.array(keys), places, pa.array(distinct)


def _plain(values: pa.Array) -> pa.Array:
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


@functools.lru_cache(maxsize=1_000)
def _typed(value: str, column: Column) -> pa.Scalar:
    return cast(pa.array([value]), column.result_type, column.format)[0]


def _faults(column: Column, raw: pa.Array, typed: pa.Array, values: pa.Array) -> Iterator[Fault]:
    if typed.null_count > raw.null_count:
        yield Fault(f"{column.name}: no {column.kind}", _lost(raw, typed))
    if values.null_count > typed.null_count:
        yield Fault(f"{column.name}: not in the map", _lost(typed, values))
    if raw.null_count and column.default is None:
        yield Fault(f"{column.name}: missing", pc.is_null(raw))
    if column.name == "side" and not column.values:
        odd = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=_SIDES)))
        if odd.true_count:
            yield Fault("side: neither BUY nor SELL", odd)


def _lost(before: pa.Array, after: pa.Array) -> pa.Array:
    """Tell which values were there and are not any more."""
    return pc.and_(pc.is_valid(before), pc.is_null(after))
