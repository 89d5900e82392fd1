"""Typed values out of the digits of lines of one form, whole columns at a time."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from schemahub_mapping.digits import WORD, Bools, Numbers, Words, joined
from schemahub_mapping.place import Reading

if TYPE_CHECKING:
    from schemahub_mapping.place import Place

Reader = Callable[[Words, Bools], tuple[npt.NDArray[Any], Bools | np.bool_]]
"""Makes the values at a place, and tells which are sound beyond being digits.

It takes the numbers of the place's chunks, and which lines fit: those of the others mean nothing.
"""

_EXACT = 2**53
"""Integers up to here are doubles, and so is ten to the 18th: their quotient is the nearest double."""
_EXACT_DIGITS = 15
"""No number of so many is above it, so nobody has to look."""
_MICRO = 6
_DAY_US = 86_400_000_000
_DAY_ENDS = np.uint32(24_000_000)
_THOUSAND = np.uint32(1000)


def reader_of(place: Place) -> Reader | None:
    """Return what reads the values at a place; None if they are no numbers."""
    match place.reading:
        case Reading.DOUBLE:
            return functools.partial(_double, place.whole, max(0, len(place.text) - place.whole - 1))
        case Reading.ISO_TIME:
            return functools.partial(_iso_time, max(0, len(place.text) - len("2024-01-01T00:00:00.Z")))
        case Reading.EPOCH:
            return _epoch
        case _:
            return None


def _epoch(numbers: Words, _fit: Bools) -> tuple[Numbers, np.bool_]:
    return joined(numbers), np.True_


def _double(places: int, decimals: int, numbers: Words, fit: Bools) -> tuple[npt.NDArray[Any], np.bool_]:
    """Return the nearest doubles to numbers of so many places before the point, and behind it."""
    of_whole = -(-places // WORD)
    whole, fraction = joined(numbers[:of_whole]), joined(numbers[of_whole:])
    digits = whole * 10**decimals
    digits += fraction
    found = digits.astype(np.float64)
    found /= 10.0**decimals
    if places + decimals > _EXACT_DIGITS and digits.max() > _EXACT:
        # Few numbers have so many digits that the quotient's parts are no doubles: Python reads those.
        for row in np.flatnonzero(fit & (digits > _EXACT)).tolist():
            found[row] = float(f"{whole[row]}.{fraction[row]:0{decimals}d}")
    return found, np.True_


def _iso_time(decimals: int, numbers: Words, fit: Bools) -> tuple[Numbers, Bools]:
    """Return microseconds since 1970, and where there is such a time; seconds have so many decimals."""
    days, good = _days(numbers[0], fit)
    # 19:57:10 is one number: where the colons are, it has zeros. Half a word is divided twice as fast.
    time = numbers[1].astype(np.uint32)
    minutes = time // _THOUSAND
    hours = minutes // _THOUSAND
    # 3600 for each hour, 60 for each of (minutes - 1000 hours), and (time - 1000 minutes).
    seconds = time - np.uint32(1000 - 60) * minutes - np.uint32(60 * 1000 - 3600) * hours
    micros = seconds.astype(np.int64)
    micros *= 10**_MICRO
    micros += days
    if decimals:
        digits, finer = joined(numbers[2:]), decimals - _MICRO
        micros += digits // 10**finer if finer > 0 else digits * 10**-finer
    return micros, good & (time < _DAY_ENDS)


def _days(date: Words, fit: Bools) -> tuple[Numbers | np.int64, Bools | np.bool_]:
    """Return when each day begins, and which days there are.

    A day is looked up once for each run of its lines; most batches are of one.
    """
    first = date[fit.argmax()]
    if not ((date == first) >= fit).all():
        return _runs_of_days(np.where(fit, date, first))
    day = _day_us(int(first))
    return np.int64(day), np.bool_(day >= 0)


def _runs_of_days(date: Words) -> tuple[Numbers, Bools]:
    begins = np.append(0, np.flatnonzero(date[1:] != date[:-1]) + 1)
    days = np.array([_day_us(day) for day in date[begins].tolist()], np.int64)
    found = np.repeat(days, np.diff(np.append(begins, len(date))))
    return found, found >= 0


@functools.lru_cache(maxsize=10_000)
def _day_us(date: int) -> int:
    """Return when 24-05-03 begins, read as 24_005_003; -1 for what is no date."""
    try:
        moment = datetime(2000 + date // 1_000_000, date // 1000 % 1000, date % 1000, tzinfo=UTC)
    except ValueError:
        return -1
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)).days * _DAY_US
