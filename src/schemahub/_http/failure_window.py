"""How many of the latest requests failed."""

from __future__ import annotations

from collections import deque


class FailureWindow:
    """Counts of answers over the last `seconds`, kept per second so that memory is bounded (R7)."""

    def __init__(self, seconds: float) -> None:
        """Start empty."""
        self._seconds = seconds
        self._slots: deque[list[int]] = deque()  # [second, answers, failures]

    def add(self, now: float, *, failed: bool) -> None:
        """Count one answer."""
        second = int(now)
        while self._slots and self._slots[0][0] < now - self._seconds:
            self._slots.popleft()
        if not self._slots or self._slots[-1][0] != second:
            self._slots.append([second, 0, 0])
        self._slots[-1][1] += 1
        self._slots[-1][2] += failed

    def counts(self) -> tuple[int, int]:
        """Return the answers and the failures among them."""
        return sum(slot[1] for slot in self._slots), sum(slot[2] for slot in self._slots)

    def clear(self) -> None:
        """Forget everything."""
        self._slots.clear()
