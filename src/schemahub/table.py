"""The unified table: files and covered positions that become visible together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError
from schemahub.spans import SpanSet

if TYPE_CHECKING:
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


class Table(ABC):
    """A table of unified rows with snapshots and atomic commits.

    The bundled `parquet` table keeps a manifest by compare-and-set over any `ObjectStore`. Register
    another one under the entry-point group `schemahub.tables`.
    """

    def __init__(self, store: ObjectStore, files: FileSettings | None = None) -> None:
        """Keep the lake's store and how to write files, and do no I/O; others may ignore both."""
        from schemahub.settings import FileSettings

        self._store = store
        self._files = files or FileSettings()

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


def refuse_unless_covers(new: Snapshot, old: Snapshot) -> None:
    """Raise `ConfigError` if `old` covers positions that `new` does not."""
    for stream in sorted(old.covered):
        missing = old.covered_of(stream) - new.covered_of(stream)
        if missing:
            msg = f"version {new.version} of the table does not cover version {old.version}"
            hint = "Readers stay on the old version; run the rebuild again."
            raise ConfigError(msg, where=str(stream), found=f"positions {missing} missing", hint=hint)
