"""Typed values out of the digits of lines of one form, whole columns at a time."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from schemahub_mapping.digits import number, window
from schemahub_mapping.form import Reading
from schemahub_mapping.times import LAST_US

if TYPE_CHECKING:
    import numpy.typing as npt

    from schemahub_mapping.digits import Numbers, Words
    from schemahub_mapping.form import Place

    Bools = npt.NDArray[np.bool_]

WHOLE = (Reading.INTEGER, Reading.EPOCH)
"""What is read as a whole number."""

_EXACT = 2**53
"""Integers up to here are doubles, and so is ten to the 18th: their quotient is the nearest double."""


def value_of(place: Place, reading: Reading | None, words: Words) -> tuple[Any, Bools | np.bool_]:
    """Return the values at a place (None: nobody reads them), and which are sound beyond being digits."""
    # As text, 007 is another id than 7.
    plain = place.plain or (reading in WHOLE and place.whole > 1)
    good = number(words, place.start, place.start + 1) > 0 if plain else np.True_
    match reading:
        case Reading.DOUBLE:
            values, exact = _double(place, words)
            return values, good & exact
        case Reading.ISO_TIME:
            return _iso_time(place, words)
        case Reading.INTEGER | Reading.EPOCH:
            return number(words, place.start, place.start + place.whole), good
        case _:
            return None, good


def _double(place: Place, words: Words) -> tuple[npt.NDArray[np.float64], Bools | np.bool_]:
    """Return the nearest doubles, and where both parts of the quotient are exact."""
    point, end = place.start + place.whole, place.start + len(place.text)
    whole = number(words, place.start, point)
    decimals = max(0, end - point - 1)
    fraction = number(words, point + 1, end) if decimals else np.zeros(1, np.int64)
    digits = whole * 10**decimals + fraction
    exact = digits <= _EXACT
    if exact.all():
        return digits / 10.0**decimals, np.True_
    # Coins that cost next to nothing are traded by the million: 12500000000.00000000 is exact all the same.
    even = (fraction == 0) & (whole <= _EXACT)
    return np.where(exact, digits / 10.0**decimals, whole), exact | even


def _iso_time(place: Place, words: Words) -> tuple[Numbers, Bools]:
    """Return microseconds since 1970, and where there is such a time."""
    start = place.start
    days, good = _days(words, start)
    hour, minute, second = (number(words, start + at, start + at + 2) for at in (11, 14, 17))
    good &= (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004 - of a day
    micros = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000
    fraction = len(place.text) - len("2024-01-01T00:00:00.Z")
    if fraction > 0:
        digits = number(words, start + 20, start + 20 + fraction)
        micros += digits * 10 ** (6 - fraction) if fraction <= 6 else digits // 10 ** (fraction - 6)  # noqa: PLR2004 - micro
    return micros, good & (micros <= LAST_US)


def _days(words: Words, start: int) -> tuple[Numbers, Bools]:
    """Return days since 1970, looked up once for each run of lines of one day."""
    month, day = window(words, start + 8, 8), window(words, start + 10, 2)
    other = (month[1:] != month[:-1]) | (day[1:] != day[:-1])
    begins = np.concatenate(([0], np.flatnonzero(other) + 1))[: len(month)]
    few = words[:, begins]
    parts = (
        number(few, start, start + 4),
        number(few, start + 5, start + 7),
        number(few, start + 8, start + 10),
    )
    days = np.array([_day(*date) for date in zip(*(part.tolist() for part in parts), strict=True)], np.int64)
    found = np.repeat(days, np.diff(np.append(begins, len(month))))
    return found, found >= 0


@functools.lru_cache(maxsize=10_000)
def _day(year: int, month: int, day: int) -> int:
    """Return days since 1970, or -1 where there is no such date, or none with trades."""
    try:
        moment = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return -1
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)).days
