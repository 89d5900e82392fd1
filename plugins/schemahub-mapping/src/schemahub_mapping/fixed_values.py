"""Typed values out of the digits of lines of one form, whole columns at a time."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from schemahub_mapping.digits import WORD, joined
from schemahub_mapping.form import Reading
from schemahub_mapping.times import LAST_US

if TYPE_CHECKING:
    import numpy.typing as npt

    from schemahub_mapping.digits import Numbers, Words
    from schemahub_mapping.form import Place

    Bools = npt.NDArray[np.bool_]

_EXACT = 2**53
"""Integers up to here are doubles, and so is ten to the 18th: their quotient is the nearest double."""
_DAY_US = 86_400_000_000


def value_of(place: Place, numbers: Words, fit: Bools) -> tuple[Any, Bools | np.bool_]:
    """Return the values at a place (None: no number), and which are sound beyond being digits.

    `numbers` are those of the place's chunks; of lines that do not `fit`, they mean nothing.
    """
    match place.reading:
        case Reading.DOUBLE:
            return _double(place, numbers, fit)
        case Reading.ISO_TIME:
            return _iso_time(place, numbers, fit)
        case Reading.EPOCH:
            whole = joined(numbers)
            return whole, _plain(whole, place.whole)
        case _:
            return None, numbers[0] > 0 if place.plain else np.True_


def _plain(whole: Numbers, digits: int) -> Bools | np.bool_:
    """Tell which numbers of so many digits do not begin with a zero; that of one digit may be one."""
    return whole >= 10 ** (digits - 1) if digits > 1 else np.True_


def _double(place: Place, numbers: Words, fit: Bools) -> tuple[npt.NDArray[np.float64], Bools | np.bool_]:
    """Return the nearest doubles."""
    of_whole = -(-place.whole // WORD)
    whole, fraction = joined(numbers[:of_whole]), joined(numbers[of_whole:])
    decimals = max(0, len(place.text) - place.whole - 1)
    digits = whole * 10**decimals + fraction
    found: npt.NDArray[np.float64] = digits / 10.0**decimals
    if digits.max() > _EXACT:
        # Few numbers have so many digits that the quotient's parts are no doubles: Python reads those.
        for row in np.flatnonzero(fit & (digits > _EXACT)).tolist():
            found[row] = float(f"{whole[row]}.{fraction[row]:0{decimals}d}")
    return found, _plain(whole, place.whole) if place.plain else np.True_


def _iso_time(place: Place, numbers: Words, fit: Bools) -> tuple[Numbers, Bools | np.bool_]:
    """Return microseconds since 1970, and where there is such a time."""
    days, good = _days(numbers[0], numbers[1], fit)
    # 19:57:10 is one number: where the colons are, it has zeros. Half a word is divided twice as fast.
    time = numbers[2].astype(np.uint32) * fit
    minutes = time // np.uint32(1000)
    hour = minutes // np.uint32(1000)
    minute, second = minutes - hour * np.uint32(1000), time - minutes * np.uint32(1000)
    if hour.max() >= 24 or minute.max() >= 60 or second.max() >= 60:  # noqa: PLR2004 - of a day
        good = good & (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004 - of a day
    seconds = hour * np.uint32(3600) + minute * np.uint32(60) + second
    micros = seconds.astype(np.int64) * 1_000_000 + days
    fraction = len(place.text) - len("2024-01-01T00:00:00.Z")
    if fraction > 0:
        digits = joined(numbers[3:])
        micros += digits * 10 ** (6 - fraction) if fraction <= 6 else digits // 10 ** (fraction - 6)  # noqa: PLR2004 - micro
    return micros, good & (micros <= LAST_US) if micros.max() > LAST_US else good


def _days(century: Words, date: Words, fit: Bools) -> tuple[Numbers | np.int64, Bools | np.bool_]:
    """Return when each day begins, and which days there are.

    A day is looked up once for each run of its lines; most batches are of one.
    """
    first = int(fit.argmax())
    if not ((date == date[first]) & (century == century[first]) | ~fit).all():
        return _runs_of_days(np.where(fit, century, century[first]), np.where(fit, date, date[first]))
    day = _day_us(int(century[first]), int(date[first]))
    return np.int64(day), np.bool_(day >= 0)


def _runs_of_days(century: Words, date: Words) -> tuple[Numbers, Bools]:
    other = (century[1:] != century[:-1]) | (date[1:] != date[:-1])
    begins = np.append(0, np.flatnonzero(other) + 1)
    few = zip(century[begins].tolist(), date[begins].tolist(), strict=True)
    days = np.array([_day_us(*each) for each in few], np.int64)
    found = np.repeat(days, np.diff(np.append(begins, len(date))))
    return found, found >= 0


@functools.lru_cache(maxsize=10_000)
def _day_us(century: int, date: int) -> int:
    """Return when 24-05-03 of century 20 begins, read as 24_005_003; -1 for no date, or one before trades."""
    years, month, day = date // 1_000_000, date // 1000 % 1000, date % 1000
    try:
        moment = datetime(century * 100 + years, month, day, tzinfo=UTC)
    except ValueError:
        return -1
    return max(-1, (moment - datetime(1970, 1, 1, tzinfo=UTC)).days * _DAY_US)
