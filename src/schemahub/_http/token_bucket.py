"""The arithmetic of one rate limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub.model import RateLimit


class TokenBucket:
    """A bucket of `burst` tokens, full at first, refilled at `per_second`. Not thread-safe.

    Over any interval of t seconds it gives at most `burst + per_second * t` tokens (R5).
    """

    def __init__(self, limit: RateLimit, now: float) -> None:
        """Start full at `now` (monotonic seconds)."""
        self.limit = limit
        self._tokens = limit.burst
        self._as_of = now

    def pause(self, now: float) -> float:
        """Return the seconds until tokens flow again; 0 unless `drain` said otherwise."""
        return max(self._as_of - now, 0.0)

    def delay(self, tokens: float, now: float) -> float:
        """Return the seconds until `tokens` are there, 0 if they are; `tokens` may exceed `burst`."""
        self._refill(now)
        missing = max(tokens - self._tokens, 0.0)
        return self.pause(now) + missing / self.limit.per_second

    def take(self, tokens: float) -> None:
        """Take tokens that `delay` found to be there."""
        self._tokens -= tokens

    def lower(self, tokens: float, now: float) -> None:
        """Believe the server that fewer tokens are left; never that more are."""
        self._refill(now)
        self._tokens = min(self._tokens, tokens)

    def drain(self, now: float, seconds: float) -> None:
        """Empty the bucket, and let nothing flow for `seconds`."""
        self._refill(now)
        self._tokens = min(self._tokens, 0.0)
        self._as_of = max(self._as_of, now + seconds)

    def _refill(self, now: float) -> None:
        if now > self._as_of:
            grown = self._tokens + (now - self._as_of) * self.limit.per_second
            self._tokens = min(grown, self.limit.burst)
            self._as_of = now
