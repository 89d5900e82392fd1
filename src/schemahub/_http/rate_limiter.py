"""Never send more than the exchange allows, and hardly less."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._http.token_bucket import TokenBucket
from schemahub.errors import ConfigError, RateLimited
from schemahub.events import TokensWaited
from schemahub.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._clock import Clock, Stop
    from schemahub._http.patience import Patience
    from schemahub.events import Emit
    from schemahub.model import RateLimit, Verdict

_SOON = 1e-8
"""Seconds below which a wait is rounding: no clock can measure it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A request's place in the line, and what it takes of each bucket."""

    costs: tuple[float, ...]


class RateLimiter:
    """The rate limits of one exchange, shared by all threads of this process.

    A request takes its tokens of every limit at once, at the moment it goes and not at the moment it asks:
    threads that wake late cannot pile up and break the limit (R5). Tokens belong to those who came first; a
    request goes when there are enough for itself and for all who stand before it.
    """

    def __init__(
        self, limits: Sequence[RateLimit], clock: Clock, stop: Stop, emit: Emit, exchange: str = ""
    ) -> None:
        """Start with full buckets; refuse a weight that its bucket can never hold."""
        for limit in limits:
            _check(limit)
        self._clock = clock
        self._stop = stop
        self._emit = emit
        self._exchange = exchange
        self._lock = threading.Lock()
        self._line: dict[_Place, None] = {}
        now = clock.monotonic()
        self._buckets = [TokenBucket(limit, now) for limit in limits]

    def acquire(self, endpoint: str, patience: Patience) -> None:
        """Wait for the tokens of one request and take them.

        Raises `RateLimited` if the exchange paused us for longer than `patience` has left, and `Cancelled`.
        """
        place = _Place(tuple(bucket.limit.weights.get(endpoint, 1.0) for bucket in self._buckets))
        waited, slowest = 0.0, ""
        try:
            while (turn := self._turn(place))[0] > _SOON:
                delay, slowest, pause = turn
                _check_pause(pause, patience)
                patience.spend(pause)
                self._clock.wait(delay, self._stop)
                waited += delay
        finally:
            self._leave(place)
        self._stop.check()
        if slowest:
            self._emit(TokensWaited(exchange=self._exchange, limit=slowest, seconds=waited))

    def feedback(self, verdict: Verdict) -> None:
        """Heed what the exchange said: tokens left, `Retry-After`, 429."""
        pause = verdict.retry_after_seconds or 0.0
        drained = pause > 0 or verdict.outcome is Outcome.RATE_LIMITED
        if not drained and not verdict.remaining:
            return
        with self._lock:
            now = self._clock.monotonic()
            for bucket in self._buckets:
                if drained:
                    bucket.drain(now, pause)
                elif bucket.limit.name in verdict.remaining:
                    # Servers count whole tokens: "3" is anything below 4. Taking it for 3 would cost up to
                    # half the rate, since a busy bucket always holds a fraction.
                    bucket.lower(verdict.remaining[bucket.limit.name] + 1, now)

    def _turn(self, place: _Place) -> tuple[float, str, float]:
        """Take the tokens if they are there; return the delay left, its limit, and the pause in it."""
        with self._lock:
            self._line.setdefault(place)
            now = self._clock.monotonic()
            delay, slowest = max(
                ((bucket.delay(need, now), bucket.limit.name) for bucket, need in self._needs(place)),
                default=(0.0, ""),
            )
            if delay <= _SOON:
                for bucket, cost in zip(self._buckets, place.costs, strict=True):
                    bucket.take(cost)
                del self._line[place]
            return delay, slowest, max((bucket.pause(now) for bucket in self._buckets), default=0.0)

    def _needs(self, place: _Place) -> list[tuple[TokenBucket, float]]:
        needs = list(place.costs)
        for other in self._line:
            if other is place:
                break
            needs = [need + cost for need, cost in zip(needs, other.costs, strict=True)]
        return list(zip(self._buckets, needs, strict=True))

    def _leave(self, place: _Place) -> None:
        with self._lock:
            self._line.pop(place, None)


def _check(limit: RateLimit) -> None:
    heaviest = max((1.0, *limit.weights.values()))
    if limit.per_second <= 0 or limit.burst < heaviest:
        msg = f"the rate limit {limit.name!r} can never be met"
        expected = f"per_second above 0 and burst of at least {heaviest:g}, its heaviest request"
        found = f"per_second {limit.per_second:g} and burst {limit.burst:g}"
        raise ConfigError(msg, expected=expected, found=found)


def _check_pause(pause: float, patience: Patience) -> None:
    if not patience.covers(pause):
        error = RateLimited(
            "the exchange asked for a pause that is longer than this request may wait",
            expected=f"at most {patience.left:.0f} s",
            found=f"{pause:.0f} s",
        )
        error.retry_after_seconds = pause
        raise error
