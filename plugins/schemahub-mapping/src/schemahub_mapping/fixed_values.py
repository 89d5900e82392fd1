"""Typed values out of the digits of lines of one form, whole columns at a time."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from schemahub_mapping.digits import WORD, number, pairs_of, window
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
            return _double(place, words), good
        case Reading.ISO_TIME:
            return _iso_time(place, words)
        case Reading.INTEGER | Reading.EPOCH:
            return number(words, place.start, place.start + place.whole), good
        case _:
            return None, good


def _double(place: Place, words: Words) -> npt.NDArray[np.float64]:
    """Return the nearest doubles."""
    point, end = place.start + place.whole, place.start + len(place.text)
    whole = number(words, place.start, point)
    decimals = max(0, end - point - 1)
    fraction = number(words, point + 1, end) if decimals else np.zeros_like(whole)
    digits = whole * 10**decimals + fraction
    found: npt.NDArray[np.float64] = digits / 10.0**decimals
    # Few numbers have so many digits that the quotient's parts are no doubles: Python reads those.
    for row in np.flatnonzero(digits > _EXACT).tolist():
        found[row] = float(f"{whole[row]}.{fraction[row]:0{decimals}d}")
    return found


def _iso_time(place: Place, words: Words) -> tuple[Numbers, Bools]:
    """Return microseconds since 1970, and where there is such a time."""
    start = place.start
    days, dated = _days(words, start)
    # 19:57:10 is one word; where the colons are, it is zero.
    pairs = pairs_of(window(words, start + 19, 8))
    hour, minute, second = (pairs >> np.uint64(at) & np.uint64(0xFF) for at in (0, 24, 48))
    good = dated & (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004 - of a day
    seconds = (hour * np.uint64(3600) + minute * np.uint64(60) + second).view(np.int64)
    micros = (seconds + days * 86_400) * 1_000_000
    fraction = len(place.text) - len("2024-01-01T00:00:00.Z")
    if fraction > 0:
        digits = number(words, start + 20, start + 20 + fraction)
        micros += digits * 10 ** (6 - fraction) if fraction <= 6 else digits // 10 ** (fraction - 6)  # noqa: PLR2004 - micro
    return micros, good & (micros <= LAST_US)


def _days(words: Words, start: int) -> tuple[Numbers, Bools]:
    """Return days since 1970, looked up once for each run of lines of one day; most batches are of one."""
    month, day = window(words, start + 8, 8), window(words, start + 10, 2)
    begins = np.zeros(1, np.int64)
    if (month != month[0]).any() or (day != day[0]).any():
        other = (month[1:] != month[:-1]) | (day[1:] != day[:-1])
        begins = np.append(begins, np.flatnonzero(other) + 1)
    few = zip(month[begins].tolist(), day[begins].tolist(), strict=True)
    days = np.array([_day(*date) for date in few], np.int64)
    found = days if len(days) == 1 else np.repeat(days, np.diff(np.append(begins, len(month))))
    return found, found >= 0


@functools.lru_cache(maxsize=10_000)
def _day(month: int, day: int) -> int:
    """Return days since 1970 of the words `2024-05-` and `..01`; -1 for no date, or one without trades."""
    year_1, year_2, year_3, year_4, _, month_1, month_2, _ = month.to_bytes(WORD, "little")
    *_, day_1, day_2 = day.to_bytes(WORD, "little")
    year = ((year_1 * 10 + year_2) * 10 + year_3) * 10 + year_4
    try:
        moment = datetime(year, month_1 * 10 + month_2, day_1 * 10 + day_2, tzinfo=UTC)
    except ValueError:
        return -1
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)).days
