"""The checkpoint: a small index into the raw log, saved by compare-and-set."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub.model import Ids
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.layout import StreamId
    from schemahub.object_store import ObjectStore

CHECKPOINT_SCHEMA = 2
"""The newest form of the document that this version reads and writes."""


class PlanKind(enum.Enum):
    """Who asked for a plan."""

    LIVE = "live"
    BACKFILL = "backfill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run will fetch, durable before the first request.

    Everything a batch's name and bytes depend on is here, so every runner that finds the plan cuts the
    same batches and writes the same keys.
    """

    id: str
    kind: PlanKind
    span: Span
    created_us: int
    batch_size: int
    codec: str
    source: str = "rest"


class GapState(enum.Enum):
    """What is known of positions that the exchange did not serve."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A hole in what the exchange serves; its positions belong to the recheck alone.

    `id` and `seen_us` (first seen) name its repair objects. `reads` counts reads that came back empty,
    at least a minute apart; `read_us` is the last of them. A repaired gap is no longer a gap: its record
    goes, and its positions are covered.
    """

    id: str
    span: Span
    state: GapState
    seen_us: int
    read_us: int
    reads: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """How far live ingestion has come: a position, and its trade's time where it is known."""

    position: int
    time_ns: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMark:
    """A place that a token stream can be followed from: `token` leads to every trade after `position`."""

    position: int
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What is known of one stream; its size does not grow with the data.

    `covered`: positions stored in raw. `watermark`: None until live ingestion first planned; a backfill
    never sets it. `plan`: the one being fetched. `requested`: backfill ranges asked for and not yet
    covered. `newest`: the name of the batch stored last, by which a foreign checkpoint is told. `ids`: what
    the exchange's ids are, since a range of sparse ids is covered though few of them exist. `tokens`: where
    token streams go on, one for each position that something is to be fetched after.
    """

    stream: StreamId
    covered: SpanSet = field(default_factory=SpanSet)
    watermark: Watermark | None = None
    plan: Plan | None = None
    requested: SpanSet = field(default_factory=SpanSet)
    gaps: tuple[Gap, ...] = ()
    newest: str | None = None
    ids: Ids = Ids.DENSE
    tokens: tuple[TokenMark, ...] = ()

    @property
    def gap_spans(self) -> SpanSet:
        """Return the positions of all recorded gaps."""
        return SpanSet.of(gap.span for gap in self.gaps)

    @property
    def open_gaps(self) -> SpanSet:
        """Return the positions of gaps that are neither confirmed nor out of reach."""
        return SpanSet.of(gap.span for gap in self.gaps if gap.state is GapState.OPEN)

    @property
    def accounted(self) -> SpanSet:
        """Return the positions that no plan may fetch again: covered, or a recorded gap."""
        return self.covered | self.gap_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionedCheckpoint:
    """A checkpoint with the version to save against."""

    checkpoint: Checkpoint
    version: str


class CheckpointStore(ABC):
    """Checkpoints by stream, with compare-and-set.

    The core's implementation serves any `ObjectStore`. Register another one under the entry-point group
    `schemahub.checkpoint_stores`.
    """

    def __init__(self, store: ObjectStore) -> None:
        """Keep the lake's store, and do no I/O; what lives elsewhere may ignore it."""
        self._store = store

    @abstractmethod
    def load(self, stream: StreamId) -> VersionedCheckpoint | None:
        """Return the checkpoint, or None if there is none.

        One written by a newer schemahub is a `ConfigError`; one of another stream, or a damaged one, is an
        `IntegrityError`.
        """

    @abstractmethod
    def save(self, checkpoint: Checkpoint, expected: str | None) -> str:
        """Save if the stored version is still `expected` (None: no checkpoint yet); return the new version.

        Raise `Conflict` otherwise. A lost reply is told apart from a conflict: if what is stored is what
        this call wrote, it succeeded.
        """

    @abstractmethod
    def streams(self, exchange: str | None = None) -> Iterator[StreamId]:
        """List the streams that have a checkpoint."""
