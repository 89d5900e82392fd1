"""The `iceberg` table."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar

from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table.refs import MAIN_BRANCH

from schemahub.errors import ConfigError, Conflict, RetryableError
from schemahub.layout import table_kind_key
from schemahub.table import (
    Snapshot,
    Table,
    kind_of_version,
    refuse_deleting,
    refuse_other_kind,
    refuse_unless_covers,
)
from schemahub.times import parse_duration
from schemahub_iceberg import history
from schemahub_iceberg.catalog import IcebergCatalog
from schemahub_iceberg.committing import Change, Prepared, forget, make_main, prepare, send
from schemahub_iceberg.failures import told
from schemahub_iceberg.merging import Merged, merged
from schemahub_iceberg.nonces import fresh
from schemahub_iceberg.options import IcebergOptions
from schemahub_iceberg.states import States, is_state, version_of
from schemahub_iceberg.sweeping import sweep

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pyiceberg.table import Table as Loaded
    from pyiceberg.table.snapshots import Snapshot as Version

    from schemahub.object_store import ObjectStore
    from schemahub.settings import FileSettings
    from schemahub.table import DataFile, TableHome
    from schemahub.transformer import ArrowStream

KIND = "iceberg"
_MAIN: str = MAIN_BRANCH
_NS_PER_SECOND = 1_000_000_000
_US_PER_MS = 1_000


class IcebergTable(Table):
    """Keeps the table's states as snapshots of one Iceberg table; other engines read it by its catalog.

    A commit is one Iceberg commit: data files, and the property that names the covered positions, become
    visible together or not at all (R2). It is sent once, on the state that it was made from, so whoever
    lost gets a `Conflict`. A version that is being rebuilt is a branch, `v2`; publishing makes it `main`.
    """

    Options: ClassVar[type[BaseModel] | None] = IcebergOptions
    one_commit: ClassVar[bool] = True

    def __init__(
        self,
        store: ObjectStore,
        files: FileSettings | None = None,
        home: TableHome | None = None,
        *,
        version: int | None = None,
    ) -> None:
        """Do no I/O; `ConfigError` where the lake has no URL that other engines could read."""
        super().__init__(store, files, home)
        if home is None:
            msg = "an Iceberg table needs the lake's URL: open it by schemahub.open"
            raise ConfigError(msg)
        self._write_file = home.write_file
        self._options = IcebergOptions.model_validate(dict(home.options))
        self._catalog = IcebergCatalog(store, home.lake, self._options)
        self._states = States(store)
        self._version = version

    def snapshot(self) -> Snapshot:
        """Return the current state; an empty one if nothing was ever committed."""
        table = self._catalog.load()
        head = self._head(table) if table else None
        return self._states.of(head) if head else Snapshot(version=self._version or 1)

    def write(self, base: Snapshot, trade_date: str, rows: ArrowStream, batch: str) -> DataFile:
        """Store the rows of one day, sorted; a file that is there already is adopted."""
        return self._write_file(self._store, self._files, base, trade_date, rows=rows, batch=batch)

    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        """Make `after` the current state if `base` still is; `Conflict` otherwise.

        A lost reply is told from a conflict: if the table has this call's snapshot, it succeeded.
        """
        refuse_deleting(base, after)
        if base.token is None:
            refuse_other_kind(self._store, base.version, KIND)
            self._store.put_new(table_kind_key(base.version), f"{KIND}\n".encode())
        table = self._catalog.load_or_create()
        head = self._head(table)
        if base.token != (str(head.snapshot_id) if head else None):
            msg = "another commit came first"
            raise Conflict(msg, where=self._catalog.where)
        nonce = fresh()
        urls, old = ({self._url(file.key) for file in state.files} for state in (after, base))
        change = Change(
            branch=self._branch(table),
            nonce=nonce,
            properties=self._states.put(nonce, after),
            added=sorted(urls - old),
            removed=old - urls,
        )
        with told(self._catalog.where):
            prepared = prepare(table, change, self._overflow(table))
        self._send(table, prepared)
        return dataclasses.replace(after, token=str(prepared.snapshot_id))

    def successor(self) -> IcebergTable:
        """Return the next version, which no reader sees until it is published."""
        version = (self._version or self.snapshot().version) + 1
        while kind_of_version(self._store, version) not in {None, KIND}:
            version += 1
        return IcebergTable(self._store, self._files, self._home, version=version)

    def publish(self) -> None:
        """Let readers see this version; refused unless it covers the one they see now."""
        table = self._catalog.load()
        if table is None or self._branch(table) == _MAIN:
            return
        main = _state(table, _MAIN)
        refuse_unless_covers(self.snapshot(), self._states.of(main) if main else Snapshot())
        if self._head(table) is None:
            return
        try:
            with told(self._catalog.where):
                make_main(table, self._branch(table))
        except (CommitFailedException, RetryableError) as error:
            table = self._catalog.load()
            if table is None or self._branch(table) != _MAIN:
                msg = "the table was changed while a version was published"
                raise Conflict(msg, where=self._catalog.where) from error

    @property
    def history_seconds(self) -> float:
        """Return how long replaced states stay readable."""
        return parse_duration(self._options.history) / _NS_PER_SECOND

    def as_of(self, *, token: str | None = None, time_us: int | None = None) -> Snapshot:
        """Return an earlier state by its Iceberg snapshot's id, or the one that readers saw at a time."""
        table = self._catalog.load()
        if table is None:
            msg = "nothing was ever committed to the table"
            raise ConfigError(msg, where=self._catalog.where)
        if token is not None:
            return self._states.of(history.by_token(table.metadata, token))
        return self._states.of(history.at_time(table.metadata, time_us or 0))

    def tidy(self, now_us: int) -> None:
        """Forget states replaced before the history, then delete what none that is left is made of."""
        table = self._catalog.load()
        if table is None:
            return
        now_ms = now_us // _US_PER_MS
        before_ms = now_ms - int(self.history_seconds * 1_000)
        old = history.forgotten(table.metadata, before_ms, self._options.most_states)
        if old:
            try:
                with told(self._catalog.where):
                    forget(table, old)
            except CommitFailedException as error:
                msg = "the table was changed while old states were forgotten"
                raise Conflict(msg, where=self._catalog.where) from error
            table = self._catalog.load() or table
        with told(self._catalog.where):
            sweep(self._store, table, now_ms)

    def merge(self, trade_date: str, rows: ArrowStream) -> Merged:
        """Bring rows into a day that may hold some of them: of one exchange, symbol and id the new one stays.

        For rows without positions, such as a vendor's; it reads and writes the day whole. `Conflict` if the
        day was changed meanwhile, and then nothing has changed.
        """
        return merged(self, self._store, trade_date, rows)

    def _send(self, table: Loaded, prepared: Prepared) -> None:
        try:
            with told(self._catalog.where):
                send(table, prepared.updates, prepared.requirements)
        except (CommitFailedException, RetryableError) as error:
            now = self._catalog.load()
            if now is None or now.metadata.snapshot_by_id(prepared.snapshot_id) is None:
                msg = "another commit came first, or this one did not arrive"
                raise Conflict(msg, where=self._catalog.where) from error

    def _overflow(self, table: Loaded) -> list[int]:
        """Return what even a lake that is never compacted forgets, now and then: many at once."""
        most = self._options.most_states
        return history.forgotten(table.metadata, 0, most) if len(table.metadata.snapshots) > 2 * most else []

    def _branch(self, table: Loaded) -> str:
        if self._version is None:
            return _MAIN
        main = _state(table, _MAIN)
        published = main is not None and version_of(main) == self._version
        return _MAIN if published else f"v{self._version}"

    def _head(self, table: Loaded) -> Version | None:
        return _state(table, self._branch(table))

    def _url(self, key: str) -> str:
        return f"{self._catalog.root}/{key}"


def _state(table: Loaded, branch: str) -> Version | None:
    """Return the snapshot at the head of a branch; None if nothing was committed to it."""
    head = table.metadata.snapshot_by_name(branch)
    return head if head is not None and is_state(head) else None
