"""Catalogs: where other engines look up which folders and files are the table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from schemahub.errors import Conflict
from schemahub.layout import DayFolder, version_prefix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from schemahub._clock import Clock, Stop
    from schemahub.table import DataFile, Snapshot

FRESH_SECONDS = 60.0
"""How old what was read from the table may be when it is written to a catalog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveDay:
    """One day of the table: its live files, and the folder that holds them all."""

    folder: DayFolder
    files: tuple[DataFile, ...]

    @property
    def trade_date(self) -> str:
        """Return the day, as `2026-01-31`."""
        return self.folder.trade_date


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTable:
    """One state of the table as others find it; `lake` is its URL, without a slash at the end.

    The columns are `schemahub.transformer.UNIFIED_COLUMNS`.
    """

    lake: str
    version: int
    days: tuple[LiveDay, ...]

    @classmethod
    def of(cls, snapshot: Snapshot, lake: str) -> LiveTable:
        """Take what a snapshot says; the days ascend."""
        files: defaultdict[DayFolder, list[DataFile]] = defaultdict(list)
        for file in snapshot.files:
            files[DayFolder.parse(file.key.rpartition("/")[0])].append(file)
        days = (LiveDay(folder=folder, files=tuple(files[folder])) for folder in sorted(files))
        return cls(lake=lake, version=snapshot.version, days=tuple(days))

    @property
    def root(self) -> str:
        """Return the URL of the table's version, with the slash."""
        return f"{self.lake}/{version_prefix(self.version)}"

    def url_of(self, day: LiveDay) -> str:
        """Return the URL of a day's folder, with the slash."""
        return f"{self.lake}/{day.folder}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The time in which a state of the table may be written to a catalog."""

    read_at: float
    clock: Clock
    stop: Stop

    def check(self) -> None:
        """Raise `Conflict` once the state is older than `FRESH_SECONDS`, `Cancelled` on a wish to stop.

        To be called right before each write, as close to the network as can be.
        """
        self.stop.check()
        age = self.clock.monotonic() - self.read_at
        if age > FRESH_SECONDS:
            msg = "what was read from the table is too old to be registered"
            raise Conflict(msg, expected=f"at most {FRESH_SECONDS:.0f} s", found=f"{age:.0f} s")


class Catalog(ABC):
    """Tells other engines where the table's data is.

    Register the class under the entry-point group `schemahub.catalogs`; the setting `catalog` chooses it,
    `catalogs.{name}` are its options. It gets states, never changes: after every
    commit that changed files, after each day that was compacted, after a new version was published, at the
    end of every `transform` and `compact` (with nothing new, too), and before files are deleted.

    What the core does around it: a state that was read too long ago is not written (`Turn.check`); after
    `register`, the table is read again, and registered again if it changed; `RetryableError` and `Conflict`
    are tried again, a few times. What is still not registered then leaves the table as it is, and the run
    incomplete. Replaced files are marked for deletion once the catalog knows what replaced them, and deleted
    after the grace, or after `FRESH_SECONDS + late_seconds` if that is longer.
    """

    Options: ClassVar[type[BaseModel] | None] = None
    """A pydantic model of the settings `catalogs.{name}`; without one there are none."""
    late_seconds: ClassVar[float] = 0.0
    """For how long after `Turn.check` a write may take effect: the longest that it can be on its way."""

    def __init__(self, options: Mapping[str, object]) -> None:
        """Keep the options that a person set, checked against `Options`, and do no I/O."""
        self._options = options

    @abstractmethod
    def register(self, table: LiveTable, turn: Turn) -> None:
        """Make each day found in its folder, exactly once at every moment, and no other.

        Twice is a no-op, and a call that died halfway is completed by the next. Several processes may call it
        at once, with different states: what is registered already and newer (by `DayFolder`'s order) stays.

        Failures: `RetryableError` if the catalog did not answer, `Conflict` if somebody else changed it,
        `ConfigError` where a person must act.
        """
