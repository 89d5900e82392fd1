"""The unified table: files and covered positions that become visible together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from schemahub.errors import ConfigError, Conflict, NotFound
from schemahub.layout import manifest_key, table_kind_key
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from schemahub.layout import StreamId
    from schemahub.object_store import ObjectStore
    from schemahub.settings import FileSettings
    from schemahub.transformer import ArrowStream

MANIFEST_SCHEMA = 2
"""The newest form of the manifest that this version reads, and the one it writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolRange:
    """What one file holds of one symbol; times in microseconds.

    The ids are None where not all of them are integers, and where an older version wrote the file.
    """

    exchange: str
    symbol: str
    rows: int
    least_us: int
    greatest_us: int
    least_id: int | None = None
    greatest_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """One immutable file of the table."""

    key: str
    trade_date: str
    rows: int
    bytes: int
    symbols: tuple[SymbolRange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """The inputs of the commit in hand: a retry reads the same and writes the same names."""

    inputs: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A compaction in hand: the files of a day that are being rewritten, and into which generation.

    `recipe` is a digest of all that the outputs follow from besides the inputs: file settings, the writing
    library's version. Whoever finds a claim goes on with it only if inputs and recipe are its own; if not,
    it claims the next generation. So whatever a loser left in its folder can never be part of the table.
    """

    generation: int
    inputs: tuple[str, ...]
    recipe: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleting:
    """A file that no reader finds any more, and the time (UTC, microseconds) from when that is so."""

    key: str
    since_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One consistent state of the table.

    `covered` holds, per stream, the positions read into the table or its quarantine; `quarantined`
    counts the latter; `newest_us` is the greatest creation time of the raw objects read. `deleting` are
    files that a collector is about to remove. `generations` maps a day to its current generation (1 where
    absent), `claims` to the compaction in hand. `token` is the table's own, for `commit`.
    """

    version: int = 1
    files: tuple[DataFile, ...] = ()
    covered: dict[StreamId, SpanSet] = field(default_factory=dict)
    quarantined: dict[StreamId, int] = field(default_factory=dict)
    mappings: dict[str, str] = field(default_factory=dict)
    """The digest of the mapping that each exchange's rows were made with."""
    newest_us: dict[StreamId, int] = field(default_factory=dict)
    pending: Pending | None = None
    deleting: tuple[Deleting, ...] = ()
    generations: dict[str, int] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    token: str | None = None

    def generation_of(self, trade_date: str) -> int:
        """Return the generation that a day's files lie in."""
        return self.generations.get(trade_date, 1)

    def covered_of(self, stream: StreamId) -> SpanSet:
        """Return the positions of one stream that are in the table."""
        return self.covered.get(stream, SpanSet())

    def rows_of(self, stream: StreamId, symbol: str) -> int:
        """Return how many rows the table holds of one symbol."""
        return sum(
            part.rows
            for file in self.files
            for part in file.symbols
            if part.symbol == symbol and part.exchange.lower() == stream.exchange
        )


class FileWriter(Protocol):
    """Writes one of the table's data files: what `Table.write` promises, over any object store."""

    def __call__(  # noqa: PLR0913 - where it goes, how it is written, and what is in its name
        self,
        store: ObjectStore,
        files: FileSettings,
        base: Snapshot,
        trade_date: str,
        *,
        rows: ArrowStream,
        batch: str,
    ) -> DataFile:
        """Store the rows of one day, sorted, unless the file is there; return what it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableHome:
    """What a table is given beside its store: the lake's URL or path, its options, and who writes files."""

    lake: str
    write_file: FileWriter
    options: Mapping[str, object] = field(default_factory=dict)


class Table(ABC):
    """A table of unified rows with snapshots and atomic commits.

    The bundled `parquet` table keeps a manifest by compare-and-set over any `ObjectStore`. Register
    another one under the entry-point group `schemahub.tables`; the setting `table` chooses it,
    `tables.{name}` are its options. Files lie in the lake under the keys that `schemahub.layout` spells,
    whatever the table: it decides which of them are seen. `schemahub.manifest` prints and reads a snapshot.
    """

    Options: ClassVar[type[BaseModel] | None] = None
    """A pydantic model of the settings `tables.{name}`; without one there are none."""
    one_commit: ClassVar[bool] = False
    """Whether a transform makes all that a run finds visible in one commit, where the settings do not say.

    That suits a table whose readers are to see all products and exchanges as of one moment. Without it, what
    is new is seen after a few seconds of work. A state then has to hold the names of 100 000 raw objects.
    """

    def __init__(
        self, store: ObjectStore, files: FileSettings | None = None, home: TableHome | None = None
    ) -> None:
        """Keep the lake's store, how to write files, and the rest; do no I/O; others may ignore all."""
        from schemahub.settings import FileSettings

        self._store = store
        self._files = files or FileSettings()
        self._home = home

    def over(self, store: ObjectStore) -> Self:
        """Return the same table over another view of the same store, such as one that counts requests."""
        return type(self)(store, self._files, self._home)

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """Return the current state; an empty one if nothing was ever committed."""

    @abstractmethod
    def write(self, base: Snapshot, trade_date: str, rows: ArrowStream, batch: str) -> DataFile:
        """Store the rows of one day, sorted by (symbol, trade_ts, trade_id); invisible until committed.

        The key follows from the day, its generation in `base`, the rows and `batch`: writing again gives
        the same file. Several threads may write at once, each another day.
        """

    @abstractmethod
    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        """Make `after` the current state if `base` still is; `Conflict` otherwise.

        Return `after` with its token. Files that `base` is deleting may not be added.
        """

    @abstractmethod
    def successor(self) -> Table:
        """Return the next version of this table: empty or half built, and not what readers see.

        Its snapshot, writes and commits are its own until `publish`.
        """

    @abstractmethod
    def publish(self) -> None:
        """Let readers see this version from now on; nothing happens if they do.

        `ConfigError` unless it covers all that the version they see covers (`refuse_unless_covers`).
        """

    @property
    def history_seconds(self) -> float:
        """Return for how long `as_of` can read what was replaced; `compact` keeps the files that long."""
        return 0.0

    def as_of(self, *, token: str | None = None, time_us: int | None = None) -> Snapshot:
        """Return an earlier state: that of a snapshot's token, or the one at a time (UTC, microseconds).

        `ConfigError` where there is none, or not any more, and for a table that keeps its present alone.
        """
        del token, time_us
        msg = "this table keeps no earlier states"
        raise ConfigError(msg, hint="Leave as_of out, or use a table with a history, such as iceberg.")

    def tidy(self, now_us: int) -> None:
        """Forget states older than the history, and delete what only they, or dead writers, left.

        `compact` calls it; the current state and the data files stay as they are. Nothing to do is fine.
        """
        del now_us


def refuse_deleting(base: Snapshot, after: Snapshot) -> None:
    """Raise `Conflict` if `after` adds a file that `base` is deleting."""
    added = {file.key for file in after.files} - {file.key for file in base.files}
    taken = added & {marked.key for marked in base.deleting}
    if taken:
        msg = "a collector is about to delete a file of this commit"
        raise Conflict(msg, where=min(taken))


def kind_of_version(store: ObjectStore, version: int) -> str | None:
    """Return the name of the table that a version's folder belongs to; None if nobody has begun it.

    One lake may hold tables of two kinds, each in versions of its own: so it moves from one to the other.
    """
    for key, kind in ((manifest_key(version), "parquet"), (table_kind_key(version), None)):
        try:
            data = store.get(key).data
        except NotFound:
            continue
        return kind or data.decode().strip()
    return None


def refuse_other_kind(store: ObjectStore, version: int, kind: str) -> None:
    """Raise `ConfigError` if a version's folder belongs to a table of another kind."""
    found = kind_of_version(store, version)
    if found not in {None, kind}:
        msg = f"version {version} of this lake's table is of another kind"
        hint = f"Set `table: {found}`, or make this one beside it from raw: transform --full."
        raise ConfigError(msg, expected=kind, found=found, hint=hint)


def refuse_unless_covers(new: Snapshot, old: Snapshot) -> None:
    """Raise `ConfigError` if `old` covers positions that `new` does not."""
    for stream in sorted(old.covered):
        missing = old.covered_of(stream) - new.covered_of(stream)
        if missing:
            msg = f"version {new.version} of the table does not cover version {old.version}"
            hint = "Readers stay on the old version; run the rebuild again."
            raise ConfigError(msg, where=str(stream), found=f"positions {missing} missing", hint=hint)
