"""What happens, as values: progress bars, metrics, logs and tests observe these.

An observer implements `schemahub_event(event)` (see `schemahub.hookspecs`). Events are sent per request,
page, batch and state change, never per trade. Observers run in the thread that sent the event, so they
must be quick and thread-safe; one that raises is reported once and left out from then on.

A command that writes (`ingest`, `backfill`, `gaps --recheck`, `transform`, `compact`) and `verify` send
`RunStarted` first and `RunFinished` last, however they end; a dry run sends neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from schemahub.model import Ids

if TYPE_CHECKING:
    from schemahub.checkpoint import GapState, PlanKind
    from schemahub.layout import StreamId
    from schemahub.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""


Emit = Callable[[Event], None]
"""Where a component sends its events."""


class Observer(Protocol):
    """What is told of events."""

    def schemahub_event(self, event: Event) -> None:
        """Take note of an event: quickly, and in whatever thread it comes."""
        ...


def silent(event: Event) -> None:
    """Drop an event: the `Emit` of whoever is not observed."""
    del event


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(Event):
    """A command begins to work on these products of an exchange.

    `exchange` is None, and `products` empty, where the command works on the whole lake. A command over
    several exchanges is a run of each, at the same time.
    """

    command: str
    exchange: str | None
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished(Event):
    """A command is done; `failed` of its products are not.

    What is counted is the command's: products, raw objects (`transform`), days (`compact`), or just 1
    (`verify`). `error` says what ended it before it came to a result; `failed` is 0 then.
    """

    command: str
    exchange: str | None
    failed: int
    seconds: float
    error: str | None = None

    @property
    def complete(self) -> bool:
        """Tell whether nothing is left undone: the command then exits 0."""
        return not self.failed and self.error is None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFound(Event):
    """A command over the whole lake has so much `left` to do.

    It is counted in trades (`transform`), days (`compact`) or files (`verify`), and told again where that
    turns out to be another amount, as when a proof begins anew.
    """

    command: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChecked(Event):
    """A proof has read a file of the table or, if it reads every byte, a raw object."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStarted(Event):
    """A plan (new, or found unfinished) is about to be fetched; `missing` positions are not yet stored.

    So many trades are to come if `ids` are dense; if they are sparse, nobody knows how many. `ahead` are
    the positions that the command lacks besides, in plans that it has not made yet: with them the first
    event of a product tells how much there is to do in all.
    """

    stream: StreamId
    kind: PlanKind
    span: Span
    missing: int
    resumed: bool
    ids: Ids = Ids.DENSE
    ahead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead(Event):
    """A page passed the guards."""

    stream: StreamId
    trades: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStored(Event):
    """A batch is in raw: stored by this run, or found there (`adopted`).

    It has `count` trades and settles the positions of `span`: as many, or more where ids are sparse.
    """

    stream: StreamId
    key: str
    span: Span
    count: int
    bytes: int
    seconds: float
    adopted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFinished(Event):
    """All of a plan is stored or recorded as gaps, or what a bulk file lacked is left to another plan."""

    stream: StreamId
    kind: PlanKind
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveGivenUp(Event):
    """No bulk file could be used for these positions; they are read by pages in this run."""

    stream: StreamId
    span: Span
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapSeen(Event):
    """The exchange does not serve these positions; they are recorded.

    `again` is True where they were on record already, and a reread found them still missing.
    """

    stream: StreamId
    span: Span
    state: GapState
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRepaired(Event):
    """Positions of a gap turned up and are stored."""

    stream: StreamId
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRebuilt(Event):
    """A lost checkpoint was rebuilt from the listing; `holes` positions between batches are missing."""

    stream: StreamId
    covered: int
    holes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFinished(Event):
    """A product's work ended; `error` says why it is not complete.

    `lag_seconds` is the age of the watermark's trade at that moment, also after a failure. It is None where
    it is not known: live ingestion has not begun, the checkpoint could not be read, or another runner works
    on the product.
    """

    stream: StreamId
    trades: int
    error: str | None
    seconds: float
    lag_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSent(Event):
    """A request was answered (`status`), or not (`status` is 0 and `error` says why)."""

    exchange: str
    host: str
    endpoint: str
    status: int
    seconds: float
    attempt: int
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryScheduled(Event):
    """A failed request will be sent again after `seconds`."""

    exchange: str
    host: str
    endpoint: str
    attempt: int
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensWaited(Event):
    """A request waited for the rate limit."""

    exchange: str
    limit: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerChanged(Event):
    """The circuit breaker of a host changed: `closed`, `open` or `half_open`."""

    exchange: str
    host: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseHeld(Event):
    """A product was skipped, at its second turn: somebody else works on it."""

    stream: StreamId
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTransformed(Event):
    """A raw batch went through the mapping."""

    stream: StreamId
    source: str
    rows: int
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformFailed(Event):
    """A raw object was left aside, or its whole stream where `source` is None; the others go on."""

    stream: StreamId
    source: str | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaDrifted(Event):
    """Raw has fields that the mapping does not name."""

    exchange: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCompacted(Event):
    """A day's files were replaced by those of its next generation."""

    trade_date: str
    generation: int
    files_before: int
    files_after: int
    rows: int
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesCollected(Event):
    """Files that nobody reads any more were deleted."""

    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCommitted(Event):
    """New files became visible."""

    version: int
    files: int
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogRegistered(Event):
    """A catalog knows where the table's data is; `error` says why not."""

    catalog: str
    error: str | None
