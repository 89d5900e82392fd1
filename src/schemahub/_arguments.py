"""What callers of the hub gave, checked and in the units of the core."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from schemahub._clock import Clock

    When = str | datetime


def address_of(url: str) -> str:
    """Return where others find the lake: what follows a question mark is for the store's plugin."""
    return url.partition("?")[0].rstrip("/")


def given(workers: int | None, chunk_concurrency: int | None, max_minutes: float | None) -> dict[str, object]:
    """Return the settings of `ingest` that a caller gave, by name."""
    every = {"workers": workers, "chunk_concurrency": chunk_concurrency, "max_minutes": max_minutes}
    return {name: value for name, value in every.items() if value is not None}


def refuse(wrong: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    """Raise a `ConfigError` if something is wrong."""
    from schemahub.errors import ConfigError

    if wrong:
        raise ConfigError(message)


def time_range(start: When | None, end: When | None, clock: Clock) -> tuple[int, int]:
    """Return the nanoseconds of a start (inclusive) and an end (exclusive; now, if none is given)."""
    refuse(start is None, "a backfill needs a start, such as 2026-01-01")
    first, last = time_ns(start, clock), time_ns(end, clock)
    refuse(first >= last, f"the start of a backfill is before its end: {start} to {end or 'now'}")
    return first, last


def time_ns(when: When | None, clock: Clock) -> int:
    """Return a moment in nanoseconds since the epoch; now, if none is given."""
    from schemahub.times import datetime_to_ns, parse_time

    if when is None:
        return clock.now_ns()
    return parse_time(when) if isinstance(when, str) else datetime_to_ns(when)
