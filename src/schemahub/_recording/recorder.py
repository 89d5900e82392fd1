"""The observer that every hub has: each run in which something happened leaves a record in the lake."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from schemahub import events as e
from schemahub._lake.run_objects import put_run
from schemahub._recording.sums import RunSums
from schemahub.errors import SchemahubError
from schemahub.layout import us

if TYPE_CHECKING:
    from schemahub._clock import Clock
    from schemahub.events import Event
    from schemahub.object_store import ObjectStore

_log = logging.getLogger("schemahub")
_READ_ONLY = "verify"
"""Its role may read everything and write nothing, and that is worth more than a record of it."""
_OF_THE_TABLE = (
    e.BatchTransformed,
    e.TransformFailed,
    e.SchemaDrifted,
    e.TableCommitted,
    e.DayCompacted,
    e.FilesCollected,
    e.CatalogRegistered,
)


class RunRecorder:
    """Sums up the runs of one hub and puts a record of each into the lake.

    Runs of several exchanges may go on at the same time, beside one over the whole lake. That a record
    cannot be stored is a warning on the log: the run is what it is.
    """

    def __init__(self, store: ObjectStore, clock: Clock) -> None:
        """Keep both; nothing is written before the end of a run."""
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._running: dict[str | None, RunSums] = {}

    def schemahub_event(self, event: Event) -> None:
        """Take note of an event; with the last one of a run, store its record."""
        with self._lock:
            ended = self._take(event)
        if ended is not None and isinstance(event, e.RunFinished):
            self._store_record(ended, event)

    def _take(self, event: Event) -> RunSums | None:
        """Add an event to its run; return that one if it is over now."""
        if isinstance(event, e.RunStarted):
            now_us = us(self._clock.now_ns())
            self._running[event.exchange] = RunSums(started=event, started_us=now_us)
            return None
        if isinstance(event, e.RunFinished):
            return self._running.pop(event.exchange, None)
        sums = self._running.get(_exchange_of(event))
        # What there is to do, and that a file was looked at, is said for people who watch.
        if sums is not None and not isinstance(event, e.WorkFound | e.FileChecked):
            sums.add(event)
        return None

    def _store_record(self, sums: RunSums, finished: e.RunFinished) -> None:
        if not sums.eventful or finished.command == _READ_ONLY:
            return
        try:
            put_run(self._store, sums.record(finished))
        except (SchemahubError, OSError) as error:
            _log.warning("the record of this run could not be stored: %s", error)


def _exchange_of(event: Event) -> str | None:
    """Return whose run an event belongs to; what happens to the table is of a run over the whole lake."""
    if isinstance(event, _OF_THE_TABLE):
        return None
    found: str | None = getattr(getattr(event, "stream", event), "exchange", None)
    return found
