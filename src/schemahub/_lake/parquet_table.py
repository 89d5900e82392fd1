"""The `parquet` table: files and one manifest, by compare-and-set over any object store."""

from __future__ import annotations

import dataclasses
import io
import uuid
from typing import TYPE_CHECKING

from schemahub._lake import manifest
from schemahub._lake.extras import require_parquet
from schemahub.errors import Conflict, IntegrityError, NotFound, RetryableError
from schemahub.layout import CURRENT_KEY, DataFileName, manifest_key
from schemahub.table import DataFile, Snapshot, Table, refuse_unless_covers

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore
    from schemahub.settings import FileSettings
    from schemahub.transformer import ArrowStream


class ParquetTable(Table):
    """Reads and writes the version that `current.json` names, or the one given as `version`.

    A commit is one compare-and-set of the manifest: files and covered positions become visible together
    or not at all (R2). Files are put-if-absent under names that follow from their inputs (R6).
    """

    def __init__(
        self, store: ObjectStore, files: FileSettings | None = None, *, version: int | None = None
    ) -> None:
        """Do no I/O."""
        super().__init__(store, files)
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
        require_parquet()
        from schemahub._lake.parquet_file import encode, in_order, symbol_ranges, unified

        table = in_order(unified(rows))
        symbols = symbol_ranges(table)
        name = DataFileName(
            version=base.version,
            trade_date=trade_date,
            generation=base.generation_of(trade_date),
            least_us=min(part.least_us for part in symbols),
            batch=batch,
        )
        size = self._put(str(name), encode(table, self._files), table.num_rows)
        return DataFile(
            key=str(name), trade_date=trade_date, rows=table.num_rows, bytes=size, symbols=symbols
        )

    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        """Make `after` the current state if `base` still is; `Conflict` otherwise.

        A lost reply is told from a conflict: if the stored nonce is this call's, it succeeded.
        """
        _refuse_deleting(base, after)
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
        return ParquetTable(self._store, self._files, version=(self._version or self._current()[0]) + 1)

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

    def _put(self, key: str, data: bytes, rows: int) -> int:
        """Store a file and return its size: that of the stored one, if it was there."""
        if self._store.put_new(key, data):
            return len(data)
        # Another version of pyarrow may have written other bytes; the rows must be as many.
        import pyarrow.parquet as pq

        with self._store.open(key) as stream:
            found = pq.read_metadata(stream).num_rows
            size = stream.seek(0, io.SEEK_END)
        if found != rows:
            msg = "a file of the same inputs holds other rows"
            raise IntegrityError(msg, where=key, expected=f"{rows} rows", found=f"{found}")
        return size


def _refuse_deleting(base: Snapshot, after: Snapshot) -> None:
    added = {file.key for file in after.files} - {file.key for file in base.files}
    taken = added & {marked.key for marked in base.deleting}
    if taken:
        msg = "a collector is about to delete a file of this commit"
        raise Conflict(msg, where=min(taken))
