"""Stop sending to a host that is down or has had enough of us."""

from __future__ import annotations

import enum
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._http.failure_window import FailureWindow
from schemahub.errors import BreakerOpen
from schemahub.events import BreakerChanged
from schemahub.model import Outcome

if TYPE_CHECKING:
    from schemahub._clock import Clock, Stop
    from schemahub._http.patience import Patience
    from schemahub.events import Emit
    from schemahub.settings import BreakerSettings

_FAILURES = {Outcome.RETRY, Outcome.RATE_LIMITED, Outcome.BANNED}
_LOOK_UP_SECONDS = 0.2


class State(enum.Enum):
    """Whether requests pass."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to send one request; void once the breaker has changed its state."""

    epoch: int
    probe: bool


class CircuitBreaker:
    """The breaker of one host, shared by all threads.

    It opens when too many of the latest requests failed, after several 429 in a row, and at once on a ban.
    While it is open nothing is sent (R5); after a pause exactly one request goes as a probe. If that
    succeeds the breaker closes, if it fails the pause doubles. Callers wait rather than fail.
    """

    def __init__(  # noqa: PLR0913 - whose host it is, and what it works with
        self,
        host: str,
        settings: BreakerSettings,
        clock: Clock,
        stop: Stop,
        emit: Emit,
        *,
        exchange: str = "",
    ) -> None:
        """Start closed."""
        self._exchange = exchange
        self._host = host
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._emit = emit
        self._lock = threading.Lock()
        self._state = State.CLOSED
        self._epoch = 0
        self._window = FailureWindow(settings.window_seconds)
        self._rate_limited = 0
        self._open_seconds = settings.open_seconds
        self._opens_at = 0.0
        self._probe_over = threading.Event()

    def admit(self, patience: Patience) -> Permit:
        """Wait until a request may go; whoever gets a permit must `release` it.

        Raises `BreakerOpen` if the pause is longer than `patience` has left, and `Cancelled`.
        """
        while True:
            self._stop.check()
            with self._lock:
                permit, change = self._permit()
                probing, probe_over = self._state is State.HALF_OPEN, self._probe_over
                delay = self._opens_at - self._clock.monotonic()
            self._tell(change)
            if permit:
                return permit
            if probing:
                self._wait_for_probe(probe_over)
            else:
                self._wait_open(delay, patience)

    def confirm(self, permit: Permit) -> bool:
        """Tell whether the permit still holds; the breaker may have opened while tokens were awaited."""
        with self._lock:
            return permit.epoch == self._epoch

    def record(self, permit: Permit, outcome: Outcome, retry_after: float | None = None) -> None:
        """Count the outcome of a permitted request."""
        with self._lock:
            change = self._judge(permit, outcome, retry_after or 0.0)
        self._tell(change)

    def release(self, permit: Permit) -> None:
        """Give up a permit; the slot of a probe that came to no outcome is free for the next caller."""
        if not permit.probe:
            return
        with self._lock:
            change = None
            if permit.epoch == self._epoch:
                change = self._open(0.0, "the probe was abandoned")
        self._tell(change)

    def _permit(self) -> tuple[Permit | None, BreakerChanged | None]:
        if self._state is State.CLOSED:
            return Permit(self._epoch, probe=False), None
        if self._state is State.HALF_OPEN or self._clock.monotonic() < self._opens_at:
            return None, None
        self._probe_over = threading.Event()
        change = self._move(State.HALF_OPEN, "one probe is sent")
        return Permit(self._epoch, probe=True), change

    def _judge(self, permit: Permit, outcome: Outcome, retry_after: float) -> BreakerChanged | None:
        if permit.epoch != self._epoch and outcome is not Outcome.BANNED:
            return None  # sent before the state changed: it says nothing about the host as it is now
        if permit.probe and permit.epoch == self._epoch:
            return self._judge_probe(outcome, retry_after)
        if outcome is Outcome.BANNED:
            return self._open(max(retry_after, self._open_seconds), "the exchange banned this address")
        if outcome is Outcome.RATE_LIMITED:
            return self._count_rate_limited(retry_after)
        self._rate_limited = 0
        self._window.add(self._clock.monotonic(), failed=outcome in _FAILURES)
        return self._judge_window()

    def _judge_probe(self, outcome: Outcome, retry_after: float) -> BreakerChanged:
        if outcome not in _FAILURES:
            self._open_seconds = self._settings.open_seconds
            return self._move(State.CLOSED, "the probe succeeded")
        self._open_seconds = min(2 * self._open_seconds, self._settings.longest_open_seconds)
        return self._open(max(retry_after, self._open_seconds), f"the probe failed: {outcome.value}")

    def _count_rate_limited(self, retry_after: float) -> BreakerChanged | None:
        self._rate_limited += 1
        if self._rate_limited < self._settings.rate_limited_in_a_row:
            return None
        return self._open(max(retry_after, self._open_seconds), f"{self._rate_limited} times 429 in a row")

    def _judge_window(self) -> BreakerChanged | None:
        answers, failures = self._window.counts()
        few = answers < self._settings.least_requests
        if few or failures < self._settings.failure_ratio * answers:
            return None
        return self._open(self._open_seconds, f"{failures} of {answers} requests failed")

    def _open(self, seconds: float, reason: str) -> BreakerChanged:
        opens_at = self._clock.monotonic() + seconds
        # A second ban of requests in flight may lengthen the pause, never shorten it.
        self._opens_at = max(opens_at, self._opens_at) if self._state is State.OPEN else opens_at
        return self._move(State.OPEN, reason)

    def _move(self, after: State, reason: str) -> BreakerChanged:
        before, self._state = self._state, after
        self._epoch += 1
        self._rate_limited = 0
        self._window.clear()
        if after is not State.HALF_OPEN:
            self._probe_over.set()
        return BreakerChanged(
            exchange=self._exchange,
            host=self._host,
            before=before.value,
            after=after.value,
            reason=reason,
        )

    def _tell(self, change: BreakerChanged | None) -> None:
        # Never under the lock: an observer is a stranger's code.
        if change:
            self._emit(change)

    def _wait_open(self, delay: float, patience: Patience) -> None:
        if not patience.covers(delay):
            error = BreakerOpen(
                "the circuit breaker is open for longer than this request may wait",
                where=self._host,
                expected=f"at most {patience.left:.0f} s",
                found=f"{delay:.0f} s",
            )
            error.retry_after_seconds = delay
            raise error
        patience.wait(delay)

    def _wait_for_probe(self, probe_over: threading.Event) -> None:
        # In real time, and in slices: a probe is a real request, bounded by its timeouts, and `Stop` is
        # another event than this one.
        while not probe_over.wait(_LOOK_UP_SECONDS):
            self._stop.check()
