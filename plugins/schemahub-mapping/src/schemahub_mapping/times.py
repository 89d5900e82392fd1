"""Times as exchanges write them, to microseconds UTC; null where a time cannot be."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from schemahub_mapping.integers import few_of

TIME = pa.timestamp("us", tz="UTC")
LAST_US = (2**63 - 1) // 1_000
"""The end of 2262-04-11, the last moment that nanoseconds can name. Before 1970 there were no trades."""

_NANOS = {"epoch_s": 10**9, "epoch_ms": 10**6, "epoch_us": 10**3, "epoch_ns": 1}
# Apart by a factor of 1000, the units name the same moment of 1973 to 2262 by numbers that never meet.
_BY_SIZE = {
    "epoch_s": (0, 10**11 - 1),
    "epoch_ms": (10**11, 10**14 - 1),
    "epoch_us": (10**14, 10**17 - 1),
    "epoch_ns": (10**17, 2**63 - 1),
}


def iso_time(values: pa.Array) -> pa.Array:
    """Read ISO 8601 with an offset; ArrowInvalid where a value is none. What is finer is cut off."""
    if values.type == TIME:
        return values
    texts = values.cast(pa.string())
    try:
        few_of(texts).cast(TIME)
        return _possible(texts.cast(TIME))
    except pa.ArrowInvalid:  # as microseconds, pyarrow refuses seven digits and more
        return _possible(texts.cast(pa.timestamp("ns", tz="UTC")).cast(TIME, safe=False))


def epoch_time(values: pa.Array, whole: pa.Array | None, unit: str) -> pa.Array:
    """Read times since 1970; `whole` are the same values as int64, where they are that.

    ArrowInvalid where a value is no number. What is finer than microseconds is cut off.
    """
    if unit == "epoch":
        return _of_any_unit(values if whole is None else whole, is_whole=whole is not None)
    nanos = _NANOS[unit]
    if whole is None:
        return _fractional(values, nanos)
    # Bounded first: what is multiplied then cannot wrap round.
    bounded = _within(whole, 0, (2**63 - 1) // nanos)
    micros = pc.divide(bounded, 1_000) if unit == "epoch_ns" else pc.multiply(bounded, nanos // 1_000)
    return micros.cast(TIME)


def _of_any_unit(values: pa.Array, *, is_whole: bool) -> pa.Array:
    numbers = values if is_whole else _decimals(values)
    found = []
    for unit, (first, last) in _BY_SIZE.items():
        some = _within(numbers, first, last)
        if some.null_count < len(some):
            found.append(epoch_time(some, some if is_whole else None, unit))
    return pc.coalesce(*found) if found else pa.nulls(len(values), TIME)


def _fractional(values: pa.Array, nanos: int) -> pa.Array:
    """Count microseconds in decimals, since a double has too few digits."""
    micros = pc.multiply(_decimals(values), pa.scalar(Decimal(nanos) / 1_000))
    # Bounded first: unsafe as the cast must be to cut digits off, it would wrap round as well.
    return _within(micros, 0, LAST_US).cast(pa.int64(), safe=False).cast(TIME)


def _decimals(values: pa.Array) -> pa.Array:
    return values if pa.types.is_decimal(values.type) else values.cast(pa.string()).cast(pa.decimal128(28, 9))


def _possible(times: pa.Array) -> pa.Array:
    return _within(times.cast(pa.int64()), 0, LAST_US).cast(TIME)


def _within(numbers: pa.Array, first: int, last: int) -> pa.Array:
    """Put null where a number is less than `first` or greater than `last`."""
    inside = pc.and_(pc.greater_equal(numbers, first), pc.less_equal(numbers, last))
    return numbers if pc.all(inside).as_py() is not False else pc.if_else(inside, numbers, None)
