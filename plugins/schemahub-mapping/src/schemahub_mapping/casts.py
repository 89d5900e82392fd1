"""Raw values to typed ones, whole arrays at a time; a value that is not of the type becomes null."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub_mapping.integers import integers
from schemahub_mapping.times import epoch_time, iso_time

if TYPE_CHECKING:
    from collections.abc import Callable

    Cast = Callable[[pa.Array], pa.Array]


def cast(values: pa.Array, type_name: str, time_format: str = "", whole: pa.Array | None = None) -> pa.Array:
    """Return `values` as strings, doubles or times; null where a value is not one (R2: never guessed).

    `whole` are the same values as int64, if it is known that they are the text of integers.
    """
    if type_name == "timestamp" and time_format != "iso8601":
        return _salvage(values, lambda some: epoch_time(some, _of(some, values, whole), time_format), _NUMBER)
    if type_name == "int" and whole is not None:
        return text(values)
    chosen, plausible = _CASTS[type_name]
    return _salvage(values, chosen, plausible)


def _of(some: pa.Array, values: pa.Array, whole: pa.Array | None) -> pa.Array | None:
    return whole if some is values and whole is not None else integers(some)


def _salvage(values: pa.Array, to_type: Cast, plausible: str) -> pa.Array:
    """Cast all at once; where that fails, put null for what cannot be a value at first sight; then halve."""
    try:
        return to_type(values)
    except pa.ArrowInvalid:
        texts = text(values)
    return _halved(pc.if_else(pc.match_substring_regex(texts, plausible), texts, None), to_type)


def _halved(values: pa.Array, to_type: Cast) -> pa.Array:
    """Cast halves, and halves of halves, until the culprits stand alone."""
    try:
        return to_type(values)
    except pa.ArrowInvalid:
        if len(values) == 1:
            return to_type(pa.nulls(1, values.type))
    half = len(values) // 2
    return pa.concat_arrays([_halved(values[:half], to_type), _halved(values[half:], to_type)])


def text(values: pa.Array) -> pa.Array:
    """Return `values` as JSON writes them."""
    return values.cast(pa.string())


def _integer(values: pa.Array) -> pa.Array:
    found = integers(values)
    if found is None:
        found = text(values).cast(pa.decimal128(38, 0)).cast(pa.int64())
    return text(found)


def _boolean(values: pa.Array) -> pa.Array:
    return text(text(values).cast(pa.bool_()))


def _double(values: pa.Array) -> pa.Array:
    """Cast to the nearest double; infinities and nan are no numbers."""
    exact = values if pa.types.is_floating(values.type) else text(values)
    doubles = exact.cast(pa.float64())
    finite = pc.is_finite(doubles)
    return doubles if pc.all(finite).as_py() is not False else pc.if_else(finite, doubles, None)


# What a value must look like at least, for all that the casts accept: to look is cheaper than to try.
_NUMBER = "^[0-9.eE+-]+$"
_CASTS: dict[str, tuple[Cast, str]] = {
    "string": (text, ""),
    "int": (_integer, _NUMBER),
    "bool": (_boolean, "^[0-9a-zA-Z]+$"),
    "double": (_double, _NUMBER),
    "decimal": (_double, _NUMBER),
    "timestamp": (iso_time, "^[0-9TZ:. +-]+$"),
}
