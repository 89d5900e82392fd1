"""The waiting that one request has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub._clock import Clock, Stop


class Patience:
    """A purse of seconds that one request pays its waits from; it belongs to one thread.

    It counts the request's own waits, not the hands of a clock: what other threads do, and how long the
    machine slept, does not use it up.
    """

    def __init__(self, seconds: float, clock: Clock, stop: Stop) -> None:
        """Start with `seconds`."""
        self.seconds = seconds
        self.left = seconds
        self._clock = clock
        self._stop = stop

    def covers(self, seconds: float) -> bool:
        """Tell whether `seconds` more can be waited."""
        return seconds <= self.left

    def spend(self, seconds: float) -> None:
        """Count a wait that was done elsewhere."""
        self.left -= seconds

    def wait(self, seconds: float) -> None:
        """Wait and count it; raise `Cancelled` at once when the run is told to stop."""
        self.spend(seconds)
        self._clock.wait(seconds, self._stop)
