"""Numbers and times as the page writes them."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
_KILO = 1_000
_DIGITS_AT_LEAST = 10


def size(number: float) -> str:
    """Print bytes in the unit that leaves one to three digits before the point: `1.4 MB`."""
    value, unit = float(number), _UNITS[0]
    for unit in _UNITS:
        if value < _KILO or unit == _UNITS[-1]:
            break
        value /= _KILO
    return f"{value:.1f} {unit}" if unit != _UNITS[0] and value < _DIGITS_AT_LEAST else f"{value:.0f} {unit}"


def short_time(iso: str | None) -> str:
    """Print an ISO time to the minute: `2026-01-31 12:05`."""
    return iso[:16].replace("T", " ") if iso else ""


def moment(time_us: int) -> str:
    """Print microseconds since the epoch to the minute, UTC."""
    return f"{datetime.fromtimestamp(time_us // 1_000_000, UTC):%Y-%m-%d %H:%M}"


def share(part: float, whole: float) -> str:
    """Print `part` of `whole` in percent; nothing where there is no whole."""
    return f"{100 * part / whole:.1f} %" if whole else ""
