"""Progress of a run on the terminal, drawn from its events; nothing in a pipe."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, TextIO

from schemahub.events import (
    ArchiveGivenUp,
    BatchStored,
    BatchTransformed,
    Event,
    GapSeen,
    PageRead,
    PlanFinished,
    PlanStarted,
    ProductFinished,
)
from schemahub.model import Ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemahub.spans import Span


@dataclass(slots=True)
class Line:
    """One product's progress; `total` is None where it cannot be known.

    Where ids are sparse it is positions that are counted, `in_positions`: how many trades they stand for is
    not known before they are there.
    """

    done: int = 0
    total: int | None = 0
    ended: bool = False
    in_positions: bool = False

    @property
    def unit(self) -> str:
        """Return what is counted."""
        return "positions" if self.in_positions else "trades"

    def settle(self, span: Span) -> None:
        """Count positions that are stored, or known not to be served; a repair is beyond what was planned."""
        if self.in_positions and self.total is not None:
            self.done = min(self.total, self.done + len(span))


@dataclass(slots=True)
class Tally:
    """Progress by product, counted from events: exact, since a plan says which positions are missing."""

    lines: dict[str, Line] = field(default_factory=dict)

    def add(self, event: Event) -> str | None:
        """Count an event; return the product whose line changed."""
        match event:
            case PlanStarted():
                line = self._line(str(event.stream))
                line.total = (line.total or 0) + event.missing
                line.in_positions = event.ids is Ids.SPARSE
            case PageRead():
                line = self._line(str(event.stream))
                line.done += 0 if line.in_positions else event.trades
            case BatchStored() | GapSeen(again=False):
                self._line(str(event.stream)).settle(event.span)
            case PlanFinished():
                # Less was read where the exchange has a hole: that is not to be waited for.
                line = self._line(str(event.stream))
                line.done = line.total or 0
            case ArchiveGivenUp():
                # What was left of the file's plan comes again, in plans that are read by pages.
                line = self._line(str(event.stream))
                line.total = line.done
            case ProductFinished():
                self._line(str(event.stream)).ended = True
            case BatchTransformed():
                line = self._line(str(event.stream))
                line.done, line.total = line.done + event.rows, None
            case _:
                return None
        return str(event.stream)

    def _line(self, product: str) -> Line:
        return self.lines.setdefault(product, Line())


class Drawing(Protocol):
    """Draws lines somewhere."""

    def draw(self, tally: Tally, product: str) -> None:
        """Show that a product's line changed."""
        ...

    def close(self) -> None:
        """Leave the terminal tidy."""
        ...


class ProgressObserver:
    """Counts events and has them drawn; events may come from many threads."""

    def __init__(self, drawing: Drawing) -> None:
        """Draw on `drawing`."""
        self._tally = Tally()
        self._drawing = drawing
        self._lock = threading.Lock()

    def schemahub_event(self, event: Event) -> None:
        """Take note of an event."""
        with self._lock:
            product = self._tally.add(event)
            if product is not None:
                self._drawing.draw(self._tally, product)


class OneLine:
    """A counter that is rewritten in place, for terminals without rich."""

    def __init__(self, stream: TextIO, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Write to `stream`, at most ten times a second."""
        self._stream = stream
        self._monotonic = monotonic
        self._next = float("-inf")

    def draw(self, tally: Tally, product: str) -> None:
        """Rewrite the line."""
        del product
        if self._monotonic() < self._next:
            return
        self._next = self._monotonic() + 0.1
        lines = tally.lines.values()
        total = sum(line.total or 0 for line in lines)
        goal = f" of {total:,}" if total else ""
        ended = sum(line.ended for line in lines)
        done = sum(line.done for line in lines)
        # Of several kinds, positions are what all of them can be counted in.
        unit = next((line.unit for line in lines if line.in_positions), "trades")
        self._stream.write(f"\r\x1b[K{done:,}{goal} {unit}, {ended} of {len(lines)} products done")
        self._stream.flush()

    def close(self) -> None:
        """Remove the line: the result says it all."""
        self._stream.write("\r\x1b[K")
        self._stream.flush()


@contextmanager
def progress(stream: TextIO | None = None) -> Iterator[list[ProgressObserver]]:
    """Yield the observers that draw progress on stderr: none unless it is a terminal."""
    stream = stream or sys.stderr
    if not stream.isatty():
        yield []
        return
    drawing = _drawing(stream)
    try:
        yield [ProgressObserver(drawing)]
    finally:
        drawing.close()


def _drawing(stream: TextIO) -> Drawing:
    if not find_spec("rich"):
        return OneLine(stream)
    from schemahub.cli._progress_rich import Bars

    return Bars(stream)
