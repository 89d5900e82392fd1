"""Keep a catalog up with the table: told of states, until what it was told is what readers see."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from schemahub.catalog import LiveTable, Turn
from schemahub.errors import Cancelled, Conflict, RetryableError, SchemahubError
from schemahub.events import CatalogRegistered, silent
from schemahub.layout import CATALOG_ROOT, catalog_key, decode

if TYPE_CHECKING:
    from schemahub._clock import Clock, Stop
    from schemahub._config import Settings
    from schemahub.catalog import Catalog
    from schemahub.events import Emit
    from schemahub.object_store import ObjectStore
    from schemahub.table import Snapshot, Table

_TRIES = 5
_LONGEST_WAIT_SECONDS = 5.0


def open_registrar(  # noqa: PLR0913 - see `Registrar`
    settings: Settings, table: Table, store: ObjectStore, lake: str, *, clock: Clock, stop: Stop, emit: Emit
) -> Registrar | None:
    """Return the registrar of the catalog that the settings name; None if they name none."""
    from schemahub._config import plugin_options
    from schemahub._plugins import load

    name = settings.catalog
    if name is None:
        return None
    made = load("catalogs", name)
    catalog = made(plugin_options(settings, "catalogs", name, made.Options))
    return Registrar(name, catalog, table, store, lake, clock=clock, stop=stop, emit=emit)


def catalogs_told(store: ObjectStore) -> set[str]:
    """Return the names of the catalogs by which somebody may read the table."""
    keys = (info.key for info in store.list(CATALOG_ROOT))
    return {decode(key.removeprefix(CATALOG_ROOT).removesuffix(".json")) for key in keys}


class Registrar:
    """Tells one catalog of one lake's table.

    Nothing it does can fail a run's other work: why the catalog is behind is in `failure`, None if it is not.
    """

    def __init__(  # noqa: PLR0913 - who is told, of what, and how to wait
        self,
        name: str,
        catalog: Catalog,
        table: Table,
        store: ObjectStore,
        lake: str,
        *,
        clock: Clock,
        stop: Stop,
        emit: Emit = silent,
    ) -> None:
        """Do no I/O. `table` is the one that readers see, whatever version a run is making."""
        self.name = name
        self.late_seconds = catalog.late_seconds
        self.failure: str | None = None
        self._catalog = catalog
        self._table = table
        self._store = store
        self._noted = False
        self._lake = lake
        self._clock = clock
        self._stop = stop
        self._emit = emit

    def follow(self) -> None:
        """Tell of a commit; a catalog that did not answer is not waited for again before the run's end."""
        if self.failure is None:
            self.tell()

    def tell(self) -> Snapshot | None:
        """Register the table as it is, and return that snapshot; None if it could not be."""
        self.failure = "the table changed faster than it could be registered"
        told = None
        for tries in range(_TRIES):
            try:
                told = self._once()
            except (Conflict, RetryableError) as error:
                self.failure = str(error)
                self._pause(tries)
            except Cancelled:
                raise
            except SchemahubError as error:
                self.failure = str(error)
                break
            if told is not None:
                self.failure = None
                break
        self._emit(CatalogRegistered(catalog=self.name, error=self.failure))
        return told

    def _once(self) -> Snapshot | None:
        """Register what is read now; None if the table is another one by then.

        Whoever was asleep between reading and writing has registered something old, and mends it here.
        """
        self._note()
        turn = Turn(read_at=self._clock.monotonic(), clock=self._clock, stop=self._stop)
        table = LiveTable.of(self._table.snapshot(), self._lake)
        self._catalog.register(table, turn)
        now = self._table.snapshot()
        return now if LiveTable.of(now, self._lake) == table else None

    def _note(self) -> None:
        """Let the lake itself say, before anything is registered, that somebody will read by this catalog."""
        if not self._noted:
            self._store.put_new(catalog_key(self.name), b"{}\n")
            self._noted = True

    def _pause(self, tries: int) -> None:
        longest = min(_LONGEST_WAIT_SECONDS, 0.2 * 2.0**tries)
        self._clock.wait(random.uniform(0, longest), self._stop)  # noqa: S311 - jitter, no secret
