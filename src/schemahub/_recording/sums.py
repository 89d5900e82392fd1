"""One run's events, summed up while they come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from schemahub import events as e
from schemahub._lake.run_record import Asked, Failure, Fetched, RunRecord, Tabled
from schemahub._recording.spread import Values

if TYPE_CHECKING:
    from schemahub.events import Event, RunFinished, RunStarted

_MOST_FAILURES = 20
_LONGEST_ERROR = 300
_DIGITS = 3


@dataclass(slots=True)
class RunSums:
    """What is counted of one run. Not thread-safe; its size is bounded, whatever the run does."""

    started: RunStarted
    started_us: int
    eventful: bool = False
    """Whether anything happened: of a run that found nothing to do, there is nothing to remember."""
    _statuses: Counter[int] = field(default_factory=Counter)
    _seconds: Values = field(default_factory=Values)
    _counts: Counter[str] = field(default_factory=Counter)
    _backoff_seconds: float = 0.0
    _tokens_seconds: float = 0.0
    _lag_seconds: float | None = None
    _failures: list[Failure] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Take in an event."""
        self.eventful = True
        self._of_requests(event)
        self._of_batches(event)
        self._of_gaps(event)
        self._of_the_table(event)
        self._of_files(event)

    def record(self, finished: RunFinished) -> RunRecord:
        """Return what is remembered."""
        named = self._counts
        return RunRecord(
            started_us=self.started_us,
            command=self.started.command,
            exchange=self.started.exchange,
            products=len(self.started.products),
            seconds=round(finished.seconds, _DIGITS),
            failed=finished.failed,
            error=_short(finished.error) if finished.error is not None else None,
            asked=Asked(
                statuses=tuple(sorted(self._statuses.items())),
                seconds=self._seconds.spread(),
                retries=named["retries"],
                backoff_seconds=round(self._backoff_seconds, _DIGITS),
                tokens_seconds=round(self._tokens_seconds, _DIGITS),
                breaker_opened=named["breaker_opened"],
            ),
            fetched=Fetched(**{name: named[name] for name in _FETCHED}, lag_seconds=self._lag_seconds),
            tabled=Tabled(**{name: named[name] for name in _TABLED}),
            failures=tuple(self._failures),
        )

    def _of_requests(self, event: Event) -> None:
        match event:
            case e.RequestSent():
                self._statuses[event.status] += 1
                self._seconds.add(event.seconds)
            case e.RetryScheduled():
                self._counts["retries"] += 1
                self._backoff_seconds += event.seconds
            case e.TokensWaited():
                self._tokens_seconds += event.seconds
            case e.BreakerChanged(after="open"):
                self._counts["breaker_opened"] += 1

    def _of_batches(self, event: Event) -> None:
        match event:
            case e.PageRead():
                self._counts["pages"] += 1
            case e.BatchStored(adopted=True):
                self._counts["adopted"] += 1
            case e.BatchStored():
                self._counts.update(batches=1, trades=event.count, bytes=event.bytes)
            case e.LeaseHeld():
                self._counts["held"] += 1
            case e.ProductFinished():
                if event.error is not None:
                    self._fail(str(event.stream), event.error)
                if event.lag_seconds is not None:
                    self._lag_seconds = max(event.lag_seconds, self._lag_seconds or 0.0)

    def _of_gaps(self, event: Event) -> None:
        match event:
            case e.GapSeen(again=False):
                self._counts["gaps_seen"] += 1
            case e.GapRepaired():
                self._counts["gaps_repaired"] += 1
            case e.CheckpointRebuilt():
                self._counts["checkpoints_rebuilt"] += 1
            case e.ArchiveGivenUp():
                self._counts["archives_given_up"] += 1

    def _of_the_table(self, event: Event) -> None:
        match event:
            case e.BatchTransformed():
                self._counts.update(rows=event.rows, quarantined=event.quarantined)
            case e.TransformFailed():
                self._counts["failures"] += 1
                self._fail(event.source or str(event.stream), event.error)
            case e.SchemaDrifted():
                self._counts["drifted"] += len(event.fields)
            case e.TableCommitted():
                self._counts["commits"] += 1

    def _of_files(self, event: Event) -> None:
        match event:
            case e.DayCompacted():
                before, after = event.files_before, event.files_after
                self._counts.update(days_compacted=1, files_before=before, files_after=after)
            case e.FilesCollected():
                self._counts["files_deleted"] += event.files
            case e.CatalogRegistered(error=str(error)):
                self._fail(f"catalog {event.catalog}", error)

    def _fail(self, what: str, error: str) -> None:
        if len(self._failures) < _MOST_FAILURES:
            self._failures.append(Failure(what=_short(what), error=_short(error)))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_ERROR else f"{text[: _LONGEST_ERROR - 1]}…"


_FETCHED = tuple(one.name for one in fields(Fetched) if one.name != "lag_seconds")
_TABLED = tuple(one.name for one in fields(Tabled))
