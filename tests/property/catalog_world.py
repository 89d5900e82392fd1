"""A table that others read through a catalog, and what they see at each moment.

A reader knows of each day one folder, from the catalog, and reads whatever lies in it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stage import Actor, SteppedStore
from table_world import FILES, TableWorld

from schemahub import manifest
from schemahub._clock import Stop
from schemahub._lake.parquet_table import ParquetTable
from schemahub._registering import Registrar
from schemahub.catalog import Catalog
from schemahub.errors import Conflict, RetryableError
from schemahub.layout import DataFileName, DayFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._compact.job import CompactJob
    from schemahub._transform.job import TransformJob
    from schemahub.catalog import LiveTable, Turn
    from schemahub.settings import FileSettings

LATE_SECONDS = 600.0


class ListedCatalog(Catalog):
    """Keeps folders by day and compares nothing when it writes: what real catalogs do at their worst.

    A process may sleep between `Turn.check` and the write; like a signed request, one that comes later than
    `late_seconds` is refused.
    """

    late_seconds = LATE_SECONDS

    def __init__(self, world: CatalogWorld, actor: Actor) -> None:
        super().__init__({})
        self._world, self._actor = world, actor

    def register(self, table: LiveTable, turn: Turn) -> None:
        found = self._actor.io(lambda: dict(self._world.places))
        wanted = {day.trade_date: day.folder for day in table.days}
        if any(found[day] > folder for day, folder in wanted.items() if day in found):
            msg = "the catalog knows something newer"
            raise Conflict(msg)
        for day, folder in wanted.items():
            if found.get(day) != folder:
                self._write(day, folder, turn)
        for day in found.keys() - wanted.keys():
            if found[day].version >= table.version:
                msg = "the catalog knows a day that was added since"
                raise Conflict(msg)
            self._write(day, None, turn)

    def _write(self, day: str, folder: DayFolder | None, turn: Turn) -> None:
        self._actor.io(lambda: None)  # a process may sleep here, too
        turn.check()
        signed = self._world.clock.monotonic()

        def arrives() -> None:
            if self._world.clock.monotonic() - signed > LATE_SECONDS:
                msg = "signed too long ago"
                raise RetryableError(msg)
            self._world.write(day, folder)

        self._actor.io(arrives)


class CatalogWorld(TableWorld):
    """A lake whose commands tell a catalog, and what its readers were shown."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, DayFolder] = {}
        self._shown: dict[str, set[tuple[str, int]]] = {}
        self._ahead = True  # readers of the manifest have no grace here: those of the catalog are looked at

    def write(self, day: str, folder: DayFolder | None) -> None:
        """Change one day of the catalog, and look at what its readers see then."""
        if folder is None:
            del self.places[day]
            self._shown.pop(day, None)
        else:
            self.places[day] = folder
        self.look()

    def look(self) -> None:
        """Check what is seen: each row once, none that was shown is gone, none that is not in raw."""
        for day, folder in self.places.items():
            rows = [row for info in self.store.list(str(folder)) for row in self._rows_of(info.key)]
            self._expect(len(rows) == len(set(rows)), f"a row is seen twice: {folder}")
            lost = self._shown.get(day, set()) - set(rows)
            self._expect(not lost, f"rows of {day} are seen no more: {sorted(lost)[:3]} in {folder}")
            # What is not committed yet may be seen early, and go with its folder.
            self._shown[day] = self._shown.get(day, set()) | self._committed(folder)

    def settle(self) -> None:
        """Settle the table as ever; then the catalog shows it, all of it and nothing else."""
        super().settle()
        self.check_told()

    def check_told(self) -> None:
        """Check that the catalog knows the table as it is."""
        snapshot = ParquetTable(self.store).snapshot()
        live = {DataFileName.parse(file.key).folder for file in snapshot.files}
        assert set(self.places.values()) == live

    def _committed(self, folder: DayFolder) -> set[tuple[str, int]]:
        key = f"unified_trades/v{folder.version}/manifest.json"
        stored = self.store.get(key)
        files = manifest.load(stored.data, key, stored.version).files
        return {row for file in files if file.key.startswith(str(folder)) for row in self._rows_of(file.key)}

    def _check_delete(self, key: str) -> None:
        super()._check_delete(key)
        name = DataFileName.parse(key)
        self._expect(
            self.places.get(name.trade_date) != name.folder, f"a file that is read is deleted: {key}"
        )

    def _check_commit(self, key: str) -> None:
        super()._check_commit(key)
        self.look()

    def _registrar(self, actor: Actor) -> Registrar:
        store = SteppedStore(self.store, actor)
        catalog = ListedCatalog(self, actor)
        table = ParquetTable(store)
        return Registrar("listed", catalog, table, store, "memory://lake", clock=self.clock, stop=Stop())

    def _compact_job(self, actor: Actor, files: FileSettings) -> CompactJob:
        # No grace at all: what keeps readers safe is then the catalog's own time alone.
        job = super()._compact_job(actor, files)
        return replace(job, registrar=self._registrar(actor), grace_seconds=0.0)

    def _transform_job(self) -> Callable[[Actor], TransformJob]:
        make = super()._transform_job()
        return lambda actor: replace(make(actor), registrar=self._registrar(actor), files=FILES)
