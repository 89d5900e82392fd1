"""Faults of tables."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from faulty.fault import breaks, dawdle
from schemahub._lake.parquet_table import ParquetTable
from schemahub.errors import Conflict, NotFound
from schemahub.layout import manifest_key

if TYPE_CHECKING:
    from schemahub.table import DataFile, Snapshot
    from schemahub.transformer import ArrowStream


@breaks("CT-TAB-01", "an error where nothing was committed")
class Absent(ParquetTable):
    def snapshot(self) -> Snapshot:
        self._store.get(manifest_key(1))
        return super().snapshot()


@breaks("CT-TAB-02", "forgets what is quarantined")
class Forgetting(ParquetTable):
    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        done = super().commit(base, dataclasses.replace(after, quarantined={}))
        return dataclasses.replace(done, quarantined=after.quarantined)


@breaks("CT-TAB-03", "a name of its own for each write")
class Renaming(ParquetTable):
    writes = 0

    def write(self, base: Snapshot, trade_date: str, rows: ArrowStream, batch: str) -> DataFile:
        self.writes += 1
        return super().write(base, trade_date, rows, f"{batch}{self.writes}")


@breaks("CT-TAB-04", "fills in a column that is missing")
class Filling(ParquetTable):
    def write(self, base: Snapshot, trade_date: str, rows: ArrowStream, batch: str) -> DataFile:
        table: Any = pa.table(rows)
        if "side" not in table.column_names:
            table = table.add_column(3, "side", pa.array(["BUY"] * table.num_rows))
        return super().write(base, trade_date, table, batch)


class _Newest(ParquetTable):
    """Commits on whatever is stored."""

    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        try:
            token = self._store.get(manifest_key(base.version)).version
        except NotFound:
            token = None
        return super().commit(dataclasses.replace(base, token=token), after)


@breaks("CT-TAB-05", "commits on any state")
class Careless(_Newest):
    pass


@breaks("CT-TAB-06", "tokens made of the content")
class Hashing(_Newest):
    def snapshot(self) -> Snapshot:
        return _hashed(super().snapshot())

    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        if base.token is not None and self.snapshot().token != base.token:
            raise Conflict(base.token)
        return _hashed(super().commit(base, after))


def _hashed(state: Snapshot) -> Snapshot:
    if state.token is None:
        return state
    content = repr(dataclasses.replace(state, token=None)).encode()
    return dataclasses.replace(state, token=hashlib.sha256(content).hexdigest())


@breaks("CT-TAB-07", "compares, then writes")
class Comparing(_Newest):
    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        if base.token is not None and self.snapshot().token != base.token:
            raise Conflict(base.token)
        dawdle()
        while True:
            try:
                return super().commit(base, after)
            except Conflict:
                continue


@breaks("CT-TAB-08", "adds what is about to be deleted")
class Hasty(ParquetTable):
    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        return super().commit(dataclasses.replace(base, deleting=()), after)


@breaks("CT-TAB-09", "a new version is seen at once")
class Eager(ParquetTable):
    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        done = super().commit(base, after)
        self.publish()
        return done

    def successor(self) -> ParquetTable:
        made = super().successor()
        return Eager(self._store, self._files, version=made._version)


@breaks("CT-TAB-10", "publishes whatever it covers")
class Lossy(ParquetTable):
    def successor(self) -> ParquetTable:
        made = super().successor()
        return _Published(self._store, self._files, version=made._version)


class _Published(ParquetTable):
    def publish(self) -> None:
        from schemahub import manifest
        from schemahub.layout import CURRENT_KEY

        self._store.put_if(CURRENT_KEY, manifest.dump_pointer(self._version or 1), self._current()[1])


@breaks("CT-TAB-11", "shows the present where the past is asked for")
class Forgetful(ParquetTable):
    def as_of(self, *, token: str | None = None, time_us: int | None = None) -> Snapshot:
        del token, time_us
        return self.snapshot()


@breaks("CT-TAB-12", "forgets the present with the past")
class Zealous(ParquetTable):
    def tidy(self, now_us: int) -> None:
        del now_us
        self._store.delete(manifest_key(self.snapshot().version))


@breaks("CT-TAB-13", "has room for a thousand names")
class Cramped(ParquetTable):
    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        pending = after.pending
        if pending and len(pending.inputs) > 1_000:
            pending = dataclasses.replace(pending, inputs=pending.inputs[:1_000])
        return super().commit(base, dataclasses.replace(after, pending=pending))
