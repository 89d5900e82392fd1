"""What a compaction works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub.catalog import FRESH_SECONDS
from schemahub.events import Emit, silent
from schemahub.settings import CompactSettings, FileSettings

if TYPE_CHECKING:
    from schemahub._clock import Clock, Stop
    from schemahub._registering import Registrar
    from schemahub.object_store import ObjectStore
    from schemahub.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactJob:
    """The table, the store that its files lie in, and how large they should be.

    The `registrar` tells a catalog, if there is one, of each day that was switched.
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

    @property
    def wait_seconds(self) -> float:
        """Return how long marked files stay: the grace, the history, or what a catalog's late write takes."""
        least = max(self.grace_seconds, self.table.history_seconds)
        if self.registrar is None:
            return least
        return max(least, FRESH_SECONDS + self.registrar.late_seconds)
