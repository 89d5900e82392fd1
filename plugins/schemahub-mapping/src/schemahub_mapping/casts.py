"""Raw values to typed ones, whole arrays at a time; a value that is not of the type becomes null."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

    Cast = Callable[[pa.Array], pa.Array]

TIME = pa.timestamp("us", tz="UTC")
_LAST_US = 2**63 // 1_000
_MICROS = {
    "epoch_s": Decimal(10**6),
    "epoch_ms": Decimal(10**3),
    "epoch_us": Decimal(1),
    "epoch_ns": Decimal("0.001"),
}


def cast(values: pa.Array, type_name: str, time_format: str = "") -> pa.Array:
    """Return `values` as strings, doubles or times; null where a value is not one (R2: never guessed)."""
    chosen = _times(time_format) if type_name == "timestamp" else _CASTS[type_name]
    return _salvage(values, chosen)


def _salvage(values: pa.Array, to_type: Cast) -> pa.Array:
    """Cast all at once; where that fails, halve until the culprits stand alone."""
    try:
        return to_type(values)
    except pa.ArrowInvalid:
        if len(values) == 1:
            return to_type(pa.nulls(1, values.type))
    half = len(values) // 2
    return pa.concat_arrays([_salvage(values[:half], to_type), _salvage(values[half:], to_type)])


def text(values: pa.Array) -> pa.Array:
    """Return `values` as JSON writes them."""
    return values.cast(pa.string())


def _integer(values: pa.Array) -> pa.Array:
    # By way of a decimal: a plain cast takes "0x10" for sixteen.
    return text(text(values).cast(pa.decimal128(38, 0)).cast(pa.int64()))


def _boolean(values: pa.Array) -> pa.Array:
    return text(text(values).cast(pa.bool_()))


def _double(values: pa.Array) -> pa.Array:
    """Cast to the nearest double; infinities and nan are no numbers."""
    exact = values if pa.types.is_floating(values.type) else text(values)
    doubles = exact.cast(pa.float64())
    return pc.if_else(pc.is_finite(doubles), doubles, None)


def _times(time_format: str) -> Cast:
    return _iso_time if time_format == "iso8601" else lambda values: _epoch_time(values, time_format)


def _iso_time(values: pa.Array) -> pa.Array:
    # Cast to nanoseconds first: as microseconds, pyarrow refuses nine digits.
    times = text(values).cast(pa.timestamp("ns", tz="UTC")).cast(TIME, safe=False)
    return pc.if_else(_possible(times.cast(pa.int64())), times, None)


def _epoch_time(values: pa.Array, time_format: str) -> pa.Array:
    """Count microseconds in decimals, since a double has too few digits; what is finer is cut off."""
    exact = text(values).cast(pa.decimal128(28, 9))
    micros = pc.multiply(exact, pa.scalar(_MICROS[time_format]))
    # Before the cast: unsafe as it must be to cut digits off, it would wrap round as well.
    return pc.if_else(_possible(micros), micros, None).cast(pa.int64(), safe=False).cast(TIME)


def _possible(micros: pa.Array) -> pa.Array:
    return pc.and_(pc.greater_equal(micros, 0), pc.less_equal(micros, _LAST_US))


_CASTS: dict[str, Cast] = {
    "string": text,
    "int": _integer,
    "bool": _boolean,
    "double": _double,
    "decimal": _double,
}
