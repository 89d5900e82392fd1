"""Times and durations as people write them, to nanoseconds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from schemahub.errors import ConfigError

_NS = 1_000_000_000
_UNIT_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_duration(text: str) -> int:
    """Return the nanoseconds of `90s`, `15m`, `6h`, `7d`, `2w` or a sum such as `1d12h`."""
    parts = re.findall(r"(\d+)([wdhms])", text)
    seconds = sum(int(count) * _UNIT_SECONDS[unit] for count, unit in parts)
    if not seconds or "".join(f"{count}{unit}" for count, unit in parts) != text:
        msg = "not a duration"
        raise ConfigError(msg, expected="a number and a unit, such as 90s, 15m, 6h, 7d", found=repr(text))
    return seconds * _NS


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
    delta = moment - _EPOCH
    # Integers all the way: a float of nanoseconds would round.
    return ((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds) * 1_000


def _moment(text: str) -> datetime:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return datetime.fromisoformat(text)
