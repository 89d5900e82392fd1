"""The observer that draws: from the first event of a run to the last."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from schemahub._progress.drawing import drawing_here
from schemahub._progress.tally import Tally
from schemahub.events import Event, RunFinished, RunStarted

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._progress.drawing import Drawing


def watching() -> tuple[ProgressObserver, ...]:
    """Return the observer that draws progress where a person looks; none where nobody does."""
    opened = drawing_here()
    return () if opened is None else (ProgressObserver(opened),)


class ProgressObserver:
    """Counts events and has them drawn; events may come from many threads, of runs side by side."""

    def __init__(self, opened: Callable[[], Drawing]) -> None:
        """Draw on what `opened` returns; it is called as a run begins."""
        self._opened = opened
        self._lock = threading.Lock()
        self._runs = 0
        self._tally = Tally()
        self._drawing: Drawing | None = None

    def schemahub_event(self, event: Event) -> None:
        """Take note of an event."""
        with self._lock:
            if isinstance(event, RunStarted):
                self._begin()
            name = self._tally.add(event)
            if name is not None and self._drawing is not None:
                self._drawing.draw(self._tally, name)
            if isinstance(event, RunFinished):
                self._end()

    def _begin(self) -> None:
        self._runs += 1
        if self._runs == 1:
            self._tally = Tally()
            self._drawing = self._opened()

    def _end(self) -> None:
        self._runs -= 1
        if self._runs == 0 and self._drawing is not None:
            self._drawing.close(self._tally)
            self._drawing = None
