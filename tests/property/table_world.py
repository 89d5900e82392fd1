"""A lake with raw objects of dense and of sparse ids, and the actors that make, compact and clean its table.

What must hold of the table is checked at each commit and at each delete, at that very moment: a later step
of the same actor could mend what an earlier one broke.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
from stage import Actor, SteppedStore
from tiny_trades import (
    DENSE,
    SPARSE,
    START_US,
    STREAMS,
    TinyTransformer,
    batch_span,
    is_bad,
    raw_object,
    trades,
)
from watched_store import WatchedStore

from schemahub import manifest
from schemahub._clock import Stop
from schemahub._compact.collect import Collected, collect
from schemahub._compact.job import CompactJob
from schemahub._compact.run import compact
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.parquet_table import ParquetTable
from schemahub._lake.raw_objects import RawObjects
from schemahub._quality.source import Source
from schemahub._quality.verify import Question, verify
from schemahub._transform.job import TransformJob
from schemahub._transform.rebuild import rebuild
from schemahub._transform.run import transform
from schemahub.checkpoint import Checkpoint
from schemahub.errors import Conflict, PermanentError, RetryableError
from schemahub.layout import DataFileName, StreamId, version_prefix
from schemahub.model import Ids
from schemahub.settings import FileSettings, TransformSettings
from schemahub.spans import Span, SpanSet, span_set
from schemahub.table import Snapshot
from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.object_store import ObjectStore

GRACE_SECONDS = 600.0
IDS = {DENSE: Ids.DENSE, SPARSE: Ids.SPARSE}
# Rows decide where files end: bytes of so small files are mostly footers.
FILES = FileSettings(rows_per_file=24, rows_per_group=8)
OTHER_FILES = FileSettings(rows_per_file=60, rows_per_group=8)


class TableWorld:
    """What exists outside of all processes, and what the test remembers of it."""

    def __init__(self, *, one_commit: bool = False) -> None:
        self.store = WatchedStore(self._check_delete, self._check_commit)
        self.clock = FakeClock(START_US * 1_000)
        self.actors: list[Actor] = []
        self.broken: list[str] = []
        self.mapping = "first"
        self._settings = TransformSettings(rows_per_commit=15, threads=1, one_commit=one_commit)
        self._raw: dict[StreamId, SpanSet] = {}
        self._replaced: list[tuple[float, frozenset[str]]] = []
        self._states: dict[int, Snapshot] = {}
        self._rows: dict[str, list[tuple[str, int]]] = {}
        self._remapped = False
        self._ahead = False

    def put_raw(self, stream: StreamId, span: Span, created: int, *, known: bool = True) -> None:
        """Put a raw object; `created` seconds after the start says its name, whatever time it is.

        Unless it is `known`, the ingest that put it died before it saved its checkpoint.
        """
        named = batch_span(stream, span)
        if named is None:
            return
        batch = raw_object(stream, named, START_US + created * 1_000_000)
        RawObjects(self.store).put(batch)
        self._raw[stream] = self._raw.get(stream, SpanSet()) | span_set(named)
        if known:
            self._save_checkpoint(stream)

    def save_checkpoints(self) -> None:
        """Let ingest adopt whatever is in raw, as its next run does."""
        for stream in self._raw:
            self._save_checkpoint(stream)

    def remap(self) -> None:
        """Let whoever starts from now on have another mapping."""
        self.mapping = "second" if self.mapping == "first" else "first"
        self._remapped = True

    def jump(self, seconds: int) -> None:
        """Set the wall clock; one that runs ahead cuts the readers' grace short, and may."""
        self.clock.jump(seconds)
        self._ahead |= seconds > 0

    def transform(self) -> Actor:
        job = self._transform_job()
        return Actor("transform", lambda actor: _nothing(transform(job(actor))))

    def rebuild(self) -> Actor:
        job = self._transform_job()
        return Actor("rebuild", lambda actor: _nothing(rebuild(job(actor))))

    def compact(self, files: FileSettings = FILES, *, alone: bool = False) -> Actor:
        """Start a compaction; one that is `alone`, and meets no faults, has to succeed."""

        def run(actor: Actor) -> None:
            result = compact(self._compact_job(actor, files))
            assert result.complete or not alone, result.failures

        return Actor("compact", run)

    def collect(self) -> Actor:
        """Start a collector without a compaction before it, which would end what others began."""
        return Actor("collect", lambda actor: collect(self._compact_job(actor, FILES), Collected()))

    def actor(self, who: str) -> Actor:
        """Start one by its name."""
        start = {
            "transform": self.transform,
            "compact": self.compact,
            "compact otherwise": lambda: self.compact(OTHER_FILES),
            "collect": self.collect,
            "rebuild": self.rebuild,
        }
        return start[who]()

    def settle(self) -> None:
        """Do, one after the other and without faults, what is left to do, and check what it comes to."""
        self.save_checkpoints()
        self.transform().finish()
        for _ in range(3):
            self.compact(alone=True).finish()
            # Long: a clock that ran ahead has marked files for later.
            self.clock.advance(1_000_000)
        before = self.contents()
        self.compact(alone=True).finish()
        assert self.contents() == before, "compacting twice is not the same as once"
        assert not self.broken, self.broken
        self.check_in_the_end()

    def prove(self) -> None:
        """Let `verify` read all of it: whatever happened, it finds nothing to complain of."""
        source = Source(
            raw=RawObjects(self.store),
            checkpoints=CheckpointObjects(self.store),
            table=ParquetTable(self.store),
            store=self.store,
            transformer_for=lambda _: TinyTransformer(self.mapping),
        )
        result = verify(source, Question(deep=True))
        assert result.complete, result

    def check_in_the_end(self) -> None:
        """Check what holds after last runs without faults: all of raw is there, and nothing else."""
        snapshot = ParquetTable(self.store).snapshot()
        for stream, positions in self._raw.items():
            assert snapshot.covered_of(stream) == positions, f"R2 {stream} is not covered as raw is"
        assert snapshot.pending is None
        assert not snapshot.deleting, f"still to be deleted: {snapshot.deleting}"
        lying = {info.key for info in self.store.list(f"{version_prefix(snapshot.version)}trade_date=")}
        left = lying - {file.key for file in snapshot.files}
        assert not left, f"files that are not the table's are left: {sorted(left)}; {snapshot.claims}"

    def contents(self) -> dict[str, bytes]:
        """Return the whole lake, to see whether anything changed."""
        return {info.key: self.store.get(info.key).data for info in self.store.list("")}

    def _save_checkpoint(self, stream: StreamId) -> None:
        checkpoints = CheckpointObjects(self.store)
        stored = checkpoints.load(stream)
        checkpoint = Checkpoint(stream=stream, covered=self._raw[stream], ids=IDS[stream])
        checkpoints.save(checkpoint, stored.version if stored else None)

    def _compact_job(self, actor: Actor, files: FileSettings) -> CompactJob:
        store = SteppedStore(self.store, actor)
        return CompactJob(
            table=ParquetTable(store, files),
            store=store,
            clock=self.clock,
            stop=Stop(),
            files=files,
            grace_seconds=GRACE_SECONDS,
        )

    def _transform_job(self) -> Callable[[Actor], TransformJob]:
        mapping = self.mapping

        def job(actor: Actor) -> TransformJob:
            store: ObjectStore = SteppedStore(self.store, actor)
            return TransformJob(
                raw=RawObjects(store),
                table=ParquetTable(store, FILES),
                store=store,
                transformer_for=lambda _: TinyTransformer(mapping),
                clock=self.clock,
                stop=Stop(),
                settings=self._settings,
                files=FILES,
                checkpoints=CheckpointObjects(store),
            )

        return job

    def _check_delete(self, key: str) -> None:
        if "/units/" in key:
            return  # a receipt saves work alone: whoever deletes it, and whenever, changes nothing
        name = DataFileName.parse(key)
        snapshot = self._states[name.version]
        live = {file.key for file in snapshot.files}
        self._expect(key not in live, f"R6 a live file is deleted: {key}")
        self._expect(
            name.generation not in _living(snapshot, name.trade_date), f"not dead, but deleted: {key}"
        )
        now = self.clock.monotonic()
        held = any(key in files for since, files in self._replaced if now - since < GRACE_SECONDS)
        self._expect(self._ahead or not held, f"a reader's file is deleted within its grace: {key}")

    def _check_commit(self, key: str) -> None:
        if not key.endswith("/manifest.json"):
            return
        stored = self.store.get(key)
        snapshot = manifest.load(stored.data, key, stored.version)
        before = self._states.get(snapshot.version, Snapshot())
        self._states[snapshot.version] = snapshot
        self._replaced.append((self.clock.monotonic(), frozenset(file.key for file in before.files)))
        self._replaced = self._replaced[-40:]
        self._check_progress(before, snapshot)
        lying = {info.key for info in self.store.list(f"{version_prefix(snapshot.version)}trade_date=")}
        missing = sorted({file.key for file in snapshot.files} - lying)
        self._expect(not missing, f"a commit names files that are not there: {missing}")
        if not missing:
            self._check_rows(snapshot)
            self._check_folders(snapshot, lying)

    def _check_progress(self, before: Snapshot, after: Snapshot) -> None:
        less = [str(of) for of in before.covered if not after.covered_of(of).covers(before.covered_of(of))]
        self._expect(not less, f"a commit undid another: less is covered of {less}")
        back = [day for day in before.generations if after.generation_of(day) < before.generation_of(day)]
        self._expect(not back, f"a commit undid another: older generations of {back}")
        # Files of a pin that nobody takes up again would lie in folders that are read whole.
        done = after.pending == before.pending or before.pending is None or after.covered != before.covered
        self._expect(done or self._remapped, "a pin was dropped")

    def _check_rows(self, snapshot: Snapshot) -> None:
        rows = [row for file in snapshot.files for row in self._rows_of(file.key)]
        self._expect(len(rows) == len(set(rows)), "R2 a trade is twice in the table")
        for stream in STREAMS:
            covered = {i for span in snapshot.covered_of(stream) for i in trades(stream, span)}
            found = {position for symbol, position in rows if symbol == stream.product}
            bad = {position for position in covered if is_bad(position)}
            self._expect(found == covered - bad, f"R2 {stream}: rows are not what is covered")
            self._expect(snapshot.quarantined.get(stream, 0) == len(bad), f"R2 {stream}: quarantine")
        for file in snapshot.files:
            self._expect(file.rows == len(self._rows_of(file.key)), f"other rows than said: {file.key}")

    def _check_folders(self, snapshot: Snapshot, lying: set[str]) -> None:
        """Check what is seen by whoever reads the current folder of each day whole."""
        if snapshot.pending is not None or self._remapped:
            return
        seen = {
            key
            for key in lying
            for name in (DataFileName.parse(key),)
            if name.generation == snapshot.generation_of(name.trade_date)
        }
        files = {file.key for file in snapshot.files}
        self._expect(
            seen == files, f"a whole folder holds other files than the table: {sorted(seen ^ files)}"
        )

    def _rows_of(self, key: str) -> list[tuple[str, int]]:
        # Files are immutable: what put-if-absent stored under a name is read once.
        if key not in self._rows:
            rows = pq.read_table(io.BytesIO(self.store.get(key).data), columns=["symbol", "trade_id"])
            self._rows[key] = list(
                zip(rows["symbol"].to_pylist(), map(int, rows["trade_id"].to_pylist()), strict=True)
            )
        return self._rows[key]

    def _expect(self, holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
        # Kept, not raised: this runs inside an actor, whose code might take the error for its own.
        if not holds:
            self.broken.append(otherwise)


def refuse_wrong(actor: Actor) -> None:
    """Raise what an actor died of, unless it may: faults make a run give up; wrong data may not."""
    if actor.error is not None and not isinstance(actor.error, (RetryableError, PermanentError, Conflict)):
        raise actor.error


def _living(snapshot: Snapshot, trade_date: str) -> set[int]:
    """Return the generations of a day that are read, or may still be switched to."""
    claim = snapshot.claims.get(trade_date)
    files = sorted(file.key for file in snapshot.files if file.trade_date == trade_date)
    claimed = {claim.generation} if claim is not None and list(claim.inputs) == files else set()
    return {snapshot.generation_of(trade_date)} | claimed


def _nothing(result: object) -> None:
    del result
