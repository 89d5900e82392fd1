"""Try again, later and later, and not for ever."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, TypeVar

from schemahub._http.patience import Patience
from schemahub.errors import RetriesExhausted, RetryableError
from schemahub.events import RetryScheduled

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from schemahub._clock import Clock, Stop
    from schemahub.events import Emit
    from schemahub.settings import HttpSettings

T = TypeVar("T")


class RetryBudget:
    """How many retries all threads may send together.

    Each request sent pays `ratio` of a retry in, each retry takes one out, and no more than `reserve` is
    kept: so retries never exceed `reserve + ratio * sent`, and a good morning does not pay for hammering a
    dead host in the afternoon.
    """

    def __init__(self, ratio: float, reserve: float) -> None:
        """Start with the reserve."""
        self._ratio = ratio
        self._reserve = self._left = reserve
        self._lock = threading.Lock()

    def pay_in(self) -> None:
        """Count a request sent."""
        with self._lock:
            self._left = min(self._left + self._ratio, self._reserve)

    def take(self) -> bool:
        """Take one retry; return whether there was one."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True


class Retries:
    """Runs attempts until one succeeds: full-jitter exponential backoff within four bounds.

    The bounds are the attempts and the waiting of one request, the retry budget of all, and the wish of
    the exchange: a `Retry-After` is the least that is waited.
    """

    def __init__(  # noqa: PLR0913 - the parts are made by the caller so that tests can replace each
        self,
        host: str,
        settings: HttpSettings,
        clock: Clock,
        stop: Stop,
        emit: Emit,
        *,
        exchange: str = "",
        rng: random.Random,
    ) -> None:
        """Start with the whole budget."""
        self.budget = RetryBudget(settings.retry_ratio, settings.retry_reserve)
        self._exchange = exchange
        self._host = host
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._emit = emit
        self._rng = rng

    def run(self, endpoint: str, attempt: Callable[[int, Patience], T]) -> T:
        """Return what `attempt(number, patience)` returns, once it raises no `RetryableError`.

        Raises `RetriesExhausted` from the last `RetryableError`, and `Cancelled`.
        """
        patience = Patience(self._settings.deadline_seconds, self._clock, self._stop)
        for number in itertools.count(1):
            self._stop.check()
            try:
                return attempt(number, patience)
            except RetryableError as error:
                seconds = max(self.backoff(number), error.retry_after_seconds or 0.0)
                why = self._exhausted(number, seconds, patience)
                if why:
                    raise self._give_up(number, why, error) from error
                self._tell(endpoint, number, seconds, str(error))
            patience.wait(seconds)
        raise AssertionError  # pragma: no cover - count() does not end

    def backoff(self, attempt: int) -> float:
        """Return a random time up to a bound that doubles with each attempt.

        Full jitter spreads threads that failed together; half of a fixed delay would keep them in step.
        """
        bound = self._settings.first_backoff * 2.0 ** min(attempt - 1, 60)
        return self._rng.uniform(0, min(bound, self._settings.most_backoff))

    def _exhausted(self, number: int, seconds: float, patience: Patience) -> str | None:
        if number >= self._settings.attempts:
            return "no attempt is left"
        if not patience.covers(seconds):
            return f"it would have to wait more than {patience.seconds:.0f} s in all"
        if not self.budget.take():
            return "too many requests of this run failed already"
        return None

    def _give_up(self, number: int, why: str, error: RetryableError) -> RetriesExhausted:
        attempts = "1 attempt" if number == 1 else f"{number} attempts"
        return RetriesExhausted(
            f"gave up after {attempts}: {why}; the last failure was: {error.message}",
            where=error.where or self._host,
            expected=error.expected,
            found=error.found,
            hint="`schemahub doctor` shows what can be reached.",
        )

    def _tell(self, endpoint: str, number: int, seconds: float, reason: str) -> None:
        self._emit(
            RetryScheduled(
                exchange=self._exchange,
                host=self._host,
                endpoint=endpoint,
                attempt=number,
                seconds=seconds,
                reason=reason,
            )
        )
