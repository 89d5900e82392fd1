"""ISO 8601 to nanoseconds and back, without losing a digit."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from schemahub.errors import RetryableError

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d(?::?\d\d)?)",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NS_PER_SECOND = 1_000_000_000


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
