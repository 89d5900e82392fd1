"""A clock that only moves when somebody waits, so that tests take no time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub._clock import Stop

_SECOND = 1_000_000_000
_TICK = 1 / _SECOND
_NEW_YEAR_2026_NS = 1_767_225_600 * _SECOND


class FakeClock:
    """A `Clock` under the test's control; safe to share between threads.

    `wait` returns at once and moves the time by what was asked for. So with several threads the clock runs
    ahead of each one's own waits: it is never early, and that is what code under test may rely on.
    """

    def __init__(self, now_ns: int = _NEW_YEAR_2026_NS) -> None:
        """Start at `now_ns` on the wall and at 0 on the monotonic scale."""
        self._lock = threading.Lock()
        self._wall_ns = now_ns
        self._ran_ns = 0

    def now_ns(self) -> int:
        """Return the wall's nanoseconds since the epoch, UTC."""
        with self._lock:
            return self._wall_ns

    def monotonic(self) -> float:
        """Return the seconds waited and advanced so far."""
        with self._lock:
            return self._ran_ns / _SECOND

    def wait(self, seconds: float, stop: Stop) -> None:
        """Move on by `seconds` at once; raise `Cancelled` if `stop` is set, before or after."""
        stop.check()
        # Never not at all: who waits in a loop for a moment 1e-15 s away would wait for ever.
        self.advance(max(seconds, _TICK) if seconds > 0 else 0.0)
        stop.check()

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on both scales."""
        if seconds < 0:
            msg = f"time runs forward: {seconds} s asked for"
            raise ValueError(msg)
        passed = round(seconds * _SECOND)
        with self._lock:
            self._wall_ns += passed
            self._ran_ns += passed

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward, or back; the monotonic scale stays."""
        with self._lock:
            self._wall_ns += round(seconds * _SECOND)
