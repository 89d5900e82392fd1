"""A counter that is rewritten in place, for terminals without rich."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from schemahub._progress.tally import Tally


class OneLine:
    """The sum of all lines; gone in the end."""

    def __init__(self, stream: TextIO, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Write to `stream`, at most ten times a second."""
        self._stream = stream
        self._monotonic = monotonic
        self._next = float("-inf")

    def draw(self, tally: Tally, name: str) -> None:
        """Rewrite the line."""
        del name
        if self._monotonic() < self._next:
            return
        self._next = self._monotonic() + 0.1
        lines = tally.lines.values()
        total = sum(line.total or 0 for line in lines)
        goal = f" of {total:,}" if total else ""
        ended = sum(line.ended for line in lines)
        done = sum(line.done for line in lines)
        # Of several kinds, positions are what all of them can be counted in.
        unit = next((line.unit for line in lines if line.unit != "trades"), "trades")
        counted = f", {ended} of {len(lines)} done" if len(lines) > 1 else ""
        self._stream.write(f"\r\x1b[K{done:,}{goal} {unit}{counted}")
        self._stream.flush()

    def close(self, tally: Tally) -> None:
        """Remove the line."""
        del tally
        self._stream.write("\r\x1b[K")
        self._stream.flush()
