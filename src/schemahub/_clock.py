"""Time and cancellation as values, so that tests need not wait."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from schemahub.errors import Cancelled


class Stop:
    """A wish to stop, shared by all threads of a run; the first reason given is kept."""

    def __init__(self) -> None:
        """Start unset."""
        self._event = threading.Event()
        self._reason = ""

    def set(self, reason: str) -> None:
        """Ask everyone to stop; later calls change nothing."""
        if not self._event.is_set():
            self._reason = reason
            self._event.set()

    @property
    def is_set(self) -> bool:
        """Tell whether somebody asked to stop."""
        return self._event.is_set()

    @property
    def reason(self) -> str:
        """Return why, empty while unset."""
        return self._reason

    def check(self) -> None:
        """Raise `Cancelled` once set."""
        if self._event.is_set():
            raise Cancelled(self._reason)

    def wait(self, seconds: float) -> bool:
        """Block for `seconds` of real time or until set; return whether it is set."""
        return self._event.wait(seconds)


class Clock(Protocol):
    """Where the core reads time and waits."""

    def now_ns(self) -> int:
        """Return nanoseconds since the epoch, UTC; may jump."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...

    def wait(self, seconds: float, stop: Stop) -> None:
        """Wait; raise `Cancelled` at once when `stop` is set."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ns(self) -> int:
        """Return nanoseconds since the epoch, UTC."""
        return time.time_ns()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def wait(self, seconds: float, stop: Stop) -> None:
        """Wait; raise `Cancelled` at once when `stop` is set."""
        if seconds > 0:
            stop.wait(seconds)
        stop.check()
