"""What a compaction works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub.catalog import FRESH_SECONDS
from schemahub.events import Emit, silent
from schemahub.settings import CompactSettings, FileSettings

if TYPE_CHECKING:
    from schemahub._clock import Clock, Stop
    from schemahub._compact.cost import Meter
    from schemahub._executing.crew import Crew
    from schemahub._registering import Registrar
    from schemahub.object_store import ObjectStore
    from schemahub.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactJob:
    """The table, the store that its files lie in, and how large they should be.

    The `registrar` tells a catalog, if there is one, of each day that was switched. The `crew` rewrites
    days; without one that is done here, one after another. `meter` is set where this job is a worker's own:
    what its units use has to be told to whoever counts. Records of runs older than `keep_run_days` are
    deleted, if it is given.
    """

    table: Table
    store: ObjectStore
    clock: Clock
    stop: Stop
    emit: Emit = silent
    files: FileSettings = field(default_factory=FileSettings)
    settings: CompactSettings = field(default_factory=CompactSettings)
    grace_seconds: float = 3_600.0
    registrar: Registrar | None = None
    crew: Crew[CompactJob] | None = None
    meter: Meter | None = None
    keep_run_days: int | None = None

    @property
    def wait_seconds(self) -> float:
        """Return how long marked files stay: the grace, the history, or what a catalog's late write takes."""
        least = max(self.grace_seconds, self.table.history_seconds)
        if self.registrar is None:
            return least
        return max(least, FRESH_SECONDS + self.registrar.late_seconds)
