"""The `parquet` table: files and one manifest, by compare-and-set over any object store."""

from __future__ import annotations

import dataclasses
import uuid
from typing import TYPE_CHECKING

from schemahub import manifest
from schemahub._lake.data_files import write_file
from schemahub.errors import Conflict, NotFound, RetryableError
from schemahub.layout import CURRENT_KEY, manifest_key
from schemahub.table import (
    Snapshot,
    Table,
    kind_of_version,
    refuse_deleting,
    refuse_other_kind,
    refuse_unless_covers,
)

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore
    from schemahub.settings import FileSettings
    from schemahub.table import DataFile, TableHome
    from schemahub.transformer import ArrowStream

KIND = "parquet"


class ParquetTable(Table):
    """Reads and writes the version that `current.json` names, or the one given as `version`.

    A commit is one compare-and-set of the manifest: files and covered positions become visible together
    or not at all (R2). Files are put-if-absent under names that follow from their inputs (R6).
    """

    def __init__(
        self,
        store: ObjectStore,
        files: FileSettings | None = None,
        home: TableHome | None = None,
        *,
        version: int | None = None,
    ) -> None:
        """Do no I/O."""
        super().__init__(store, files, home)
        self._version = version
        self._read: tuple[bytes, Snapshot] | None = None

    def snapshot(self) -> Snapshot:
        """Return the current state; an empty one if nothing was ever committed."""
        version = self._version or self._current()[0]
        key = manifest_key(version)
        try:
            stored = self._store.get(key)
        except NotFound:
            return Snapshot(version=version)
        if self._read is None or self._read[0] != stored.data:
            # Most often nobody has written since the last time, and that of a large table takes a while.
            self._read = stored.data, manifest.load(stored.data, key, stored.version)
        return dataclasses.replace(self._read[1], token=stored.version)

    def write(self, base: Snapshot, trade_date: str, rows: ArrowStream, batch: str) -> DataFile:
        """Store the rows of one day, sorted; a file that is there already is adopted."""
        return write_file(self._store, self._files, base, trade_date, rows=rows, batch=batch)

    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        """Make `after` the current state if `base` still is; `Conflict` otherwise.

        A lost reply is told from a conflict: if the stored nonce is this call's, it succeeded.
        """
        refuse_deleting(base, after)
        if base.token is None:
            refuse_other_kind(self._store, base.version, KIND)
        if base.token is None and base.version == 1:
            # Before the manifest, so that no reader finds files without a pointer to them.
            self._store.put_new(CURRENT_KEY, manifest.dump_pointer(1))
        nonce = uuid.uuid4().hex
        key = manifest_key(base.version)
        try:
            token = self._store.put_if(key, manifest.dump(after, nonce), base.token)
        except (Conflict, RetryableError):
            token = self._own(key, nonce)
        return dataclasses.replace(after, token=token)

    def successor(self) -> ParquetTable:
        """Return the next version, which no reader sees until it is published."""
        version = (self._version or self._current()[0]) + 1
        while kind_of_version(self._store, version) not in {None, KIND}:
            version += 1
        return ParquetTable(self._store, self._files, self._home, version=version)

    def publish(self) -> None:
        """Let readers see this version; refused unless it covers the one they see now."""
        version, token = self._current()
        if self._version is None or self._version == version:
            return
        refuse_unless_covers(self.snapshot(), ParquetTable(self._store, version=version).snapshot())
        try:
            self._store.put_if(CURRENT_KEY, manifest.dump_pointer(self._version), token)
        except (Conflict, RetryableError):
            if self._current()[0] != self._version:
                raise

    def _current(self) -> tuple[int, str | None]:
        try:
            stored = self._store.get(CURRENT_KEY)
        except NotFound:
            return 1, None
        return manifest.load_pointer(stored.data, CURRENT_KEY), stored.version

    def _own(self, key: str, nonce: str) -> str:
        """Return the stored version if `nonce` wrote it; `Conflict` otherwise."""
        try:
            stored = self._store.get(key)
        except NotFound as error:
            msg = "the manifest is gone"
            raise Conflict(msg, where=key) from error
        if manifest.nonce_of(stored.data, key) != nonce:
            msg = "another commit came first, or this one did not arrive"
            raise Conflict(msg, where=key)
        return stored.version
