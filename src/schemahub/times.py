"""Times and durations to nanoseconds and back, without losing a digit."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from schemahub.errors import ConfigError, RetryableError

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d(?::?\d\d)?)",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NS_PER_SECOND = 1_000_000_000
_UNIT_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}


def iso_to_ns(text: str) -> int:
    """Return nanoseconds since the epoch of an ISO 8601 time with 0 to 9 fractional digits and a zone.

    Exchanges trim trailing zeros, so the fraction may have any length, or be missing. A time that does
    not exist or has no zone is a `RetryableError`: the body is damaged.
    """
    match = _ISO.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)  # noqa: TRY301 - one place turns both into the same sentence
        day, clock, fraction, zone = match.groups()
        offset = "+00:00" if zone == "Z" else zone
        whole = datetime.fromisoformat(f"{day}T{clock}{offset}") - _EPOCH
    except ValueError as error:
        msg = "not a time"
        raise RetryableError(msg, expected="ISO 8601 with a zone", found=repr(text[:40])) from error
    seconds = whole // timedelta(seconds=1)
    return seconds * _NS_PER_SECOND + int((fraction or "").ljust(9, "0"))


def ns_to_iso(time_ns: int) -> str:
    """Print a time for people: microseconds, UTC (`2016-05-12T15:00:01.029241Z`)."""
    moment = _EPOCH + timedelta(microseconds=time_ns // 1_000)
    return moment.isoformat().replace("+00:00", "Z")


def datetime_to_ns(moment: datetime) -> int:
    """Return nanoseconds since the epoch of an aware datetime; a naive one is a `ValueError`."""
    if moment.tzinfo is None:
        msg = f"a time needs a zone: {moment.isoformat()}"
        raise ValueError(msg)
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000


def parse_duration(text: str) -> int:
    """Return the nanoseconds of `90s`, `15m`, `6h`, `7d`, `2w` or a sum such as `1d12h`."""
    parts = re.findall(r"(\d+)([wdhms])", text)
    seconds = sum(int(count) * _UNIT_SECONDS[unit] for count, unit in parts)
    if not seconds or "".join(f"{count}{unit}" for count, unit in parts) != text:
        msg = "not a duration"
        raise ConfigError(msg, expected="a number and a unit, such as 90s, 15m, 6h, 7d", found=repr(text))
    return seconds * _NS_PER_SECOND


def parse_time(text: str) -> int:
    """Return the nanoseconds since the epoch of `2026-01-31` (midnight UTC) or of an ISO time with a zone.

    A time of day without a zone is refused: it would mean another moment on another machine.
    """
    try:
        moment = _moment(text)
    except ValueError as error:
        msg = "not a time"
        expected = "2026-01-31 or 2026-01-31T12:00:00Z"
        raise ConfigError(msg, expected=expected, found=repr(text)) from error
    if moment.tzinfo is None:
        msg = "a time of day needs a zone"
        raise ConfigError(msg, expected=f"{text}Z, or an offset such as +01:00", found=repr(text))
    return datetime_to_ns(moment)


def _moment(text: str) -> datetime:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return datetime.fromisoformat(text)
