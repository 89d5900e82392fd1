"""Progress as numbers: exact, since events say how much there is to do before any of it is done."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemahub.events import (
    ArchiveGivenUp,
    BatchStored,
    BatchTransformed,
    DayCompacted,
    Event,
    FileChecked,
    GapSeen,
    PageRead,
    PlanFinished,
    PlanStarted,
    ProductFinished,
    RunFinished,
    WorkFound,
)
from schemahub.model import Ids

_UNITS = {"transform": "trades", "compact": "days", "verify": "files"}
_POSITIONS = "positions"


@dataclass(slots=True)
class Line:
    """How far one product, or one command over the whole lake, has come.

    `done` never falls and never exceeds `total`, which is None as long as it is not known. Where ids are
    sparse it is positions that are counted: how many trades they stand for is not known before they are
    there.
    """

    unit: str = "trades"
    done: int = 0
    total: int | None = None
    ended: bool = False
    settled: int = 0
    """What need not be done again, whatever happens."""
    reading: int = 0
    """What was read since, and may have to be read again."""
    planned: int = 0
    """What the plan in hand lacked when it was begun."""

    @property
    def fraction(self) -> float | None:
        """Return how much of all is done, from 0 to 1; None as long as nobody knows."""
        if self.total is None:
            return None
        return self.done / self.total if self.total else float(self.ended)

    def found(self, left: int) -> None:
        """Take note that so much is left: the rest of what was known before is done."""
        self.settled = max(self.settled, self.reading if self.total is None else self.total - left)
        self.reading = 0
        self.total = self.settled + left
        self._move()

    def read(self, count: int) -> None:
        """Count what was read."""
        self.reading += count
        self._move()

    def settle(self, count: int) -> None:
        """Count what is done for good."""
        self.settled += count
        self._move()

    def plan_is_done(self) -> None:
        """Settle the plan in hand: less was read where the exchange has a hole, which nobody waits for."""
        self.reading = 0
        self.settle(self.planned)
        self.planned = 0

    def start_over(self) -> None:
        """Forget the total: what is left is told anew."""
        self.total, self.reading, self.planned = None, self.done, 0

    def end(self, *, complete: bool) -> None:
        """Stop counting; what is complete is all done."""
        self.ended = True
        if complete:
            self.done = self.total = max(self.done, self.total or 0)

    def _move(self) -> None:
        reached = self.settled + self.reading
        self.done = max(self.done, reached if self.total is None else min(self.total, reached))


@dataclass(slots=True)
class Tally:
    """Progress by product, or by command where that works on the whole lake."""

    lines: dict[str, Line] = field(default_factory=dict)

    def add(self, event: Event) -> str | None:
        """Count an event; return the name of the line that changed."""
        return self._add_of_product(event) or self._add_of_command(event)

    def _add_of_product(self, event: Event) -> str | None:
        match event:
            case PlanStarted():
                line = self._line(str(event.stream))
                line.unit = _POSITIONS if event.ids is Ids.SPARSE else "trades"
                line.planned = event.missing
                line.found(event.missing + event.ahead)
            case PageRead():
                line = self._line(str(event.stream))
                # Without a plan it is a gap that is read again, and what stands beside it.
                line.read(event.trades if line.planned and line.unit != _POSITIONS else 0)
            case BatchStored():
                line = self._line(str(event.stream))
                line.read(len(event.span) if line.unit == _POSITIONS else 0)
            case GapSeen(again=False):
                self._line(str(event.stream)).read(len(event.span))
            case PlanFinished():
                self._line(str(event.stream)).plan_is_done()
            case ArchiveGivenUp():
                # What was left of the file's plan comes again, in plans that are read by pages.
                self._line(str(event.stream)).start_over()
            case ProductFinished():
                self._line(str(event.stream)).end(complete=event.error is None)
            case _:
                return None
        return str(event.stream)

    def _add_of_command(self, event: Event) -> str | None:
        match event:
            case WorkFound():
                self._line(event.command).found(event.left)
                return event.command
            case BatchTransformed():
                self._line("transform").read(event.rows + event.quarantined)
                return "transform"
            case DayCompacted():
                self._line("compact").settle(1)
                return "compact"
            case FileChecked():
                self._line("verify").read(1)
                return "verify"
            case RunFinished() if event.command in self.lines:
                self.lines[event.command].end(complete=event.complete)
                return event.command
        return None

    def _line(self, name: str) -> Line:
        return self.lines.setdefault(name, Line(unit=_UNITS.get(name, "trades")))
