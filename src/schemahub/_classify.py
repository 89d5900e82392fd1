"""The usual meaning of HTTP statuses and rate-limit headers."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from schemahub.bodies import excerpt
from schemahub.model import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.model import Response

_OUTCOMES = {
    403: Outcome.BANNED,
    404: Outcome.UNKNOWN_PRODUCT,
    408: Outcome.RETRY,
    418: Outcome.BANNED,
    425: Outcome.RETRY,
    429: Outcome.RATE_LIMITED,
}
_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining")
_FIRST_ERROR, _FIRST_SERVER_ERROR = 300, 500


def classify_http(response: Response) -> Verdict:
    """Classify by status; read `Retry-After` and `RateLimit-Remaining` where sent."""
    status = response.status
    if status < _FIRST_ERROR:
        return Verdict(outcome=Outcome.OK, remaining=_remaining(response.headers))
    fallback = Outcome.RETRY if status >= _FIRST_SERVER_ERROR else Outcome.PERMANENT
    return Verdict(
        outcome=_OUTCOMES.get(status, fallback),
        reason=f"HTTP {status} {excerpt(response.body)}",
        retry_after_seconds=_retry_after(response.headers),
        remaining=_remaining(response.headers),
    )


def _remaining(headers: Mapping[str, str]) -> dict[str, float]:
    for name in _REMAINING:
        left = _number(headers.get(name))
        if left is not None:
            return {"requests": left}
    return {}


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after")
    seconds = _number(text)
    if text is None or seconds is not None:
        return seconds
    # The other form is a date; against the server's own clock, since ours may be off.
    try:
        until, now = (parsedate_to_datetime(date) for date in (text, headers.get("date", "")))
    except ValueError:
        return None
    return max(0.0, (until - now).total_seconds())


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < float("inf") else None
