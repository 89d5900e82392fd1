"""Bring one product up to date, or fill a part of its past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemahub._ingest.fetch import fetch_plan
from schemahub._ingest.follow import follow_plan
from schemahub._ingest.gaps import request
from schemahub._ingest.plan import (
    ARCHIVE,
    REST,
    Piece,
    advance,
    backfill_piece,
    done_since,
    live_span,
    new_plan,
)
from schemahub._ingest.stored import stored_of_plan
from schemahub.checkpoint import Checkpoint, Plan, PlanKind
from schemahub.errors import Conflict, StalledError
from schemahub.events import CheckpointRebuilt, Emit, PlanFinished, PlanStarted
from schemahub.layout import us
from schemahub.spans import Span, SpanSet, span_set

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._clock import Clock
    from schemahub._ingest.archive import Archive
    from schemahub._ingest.chain import Chain
    from schemahub._ingest.ledger import Ledger
    from schemahub._ingest.pages import PageReader
    from schemahub._ingest.recheck import Recheck
    from schemahub._ingest.survey import Survey
    from schemahub._ingest.uploads import Uploader
    from schemahub.checkpoint import TokenMark
    from schemahub.raw_sink import RawSink
    from schemahub.settings import IngestSettings

_RESTARTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a run did for one product: trades added to raw, positions that a rebuild found missing.

    `by_another`: the work was found done by another runner. `unreachable`: some of what was asked for is
    older than what the exchange serves.
    """

    trades: int = 0
    rebuilt_holes: int = 0
    by_another: bool = False
    unreachable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What one product's ingestion is put together from (see `_ingest.assemble`)."""

    survey: Survey
    raw: RawSink
    ledger: Ledger
    reader: PageReader
    uploader: Uploader
    archive: Archive
    recheck: Recheck
    settings: IngestSettings
    page_limit: int
    chain: Chain | None
    check_lease: Callable[[], None]
    clock: Clock
    emit: Emit


class ProductIngest:
    """The engine of one stream. Many may run at once for the same stream, with or without locks (R4)."""

    def __init__(self, parts: Parts) -> None:
        """Keep the parts; nothing is read or sent yet."""
        self._parts = parts
        self.survey = parts.survey
        self.stream = parts.ledger.stream
        self._rebuilt_holes = 0
        self._by_another = False
        self._unreachable = False

    @property
    def tally(self) -> Tally:
        """Return what was done so far, also when the work was cut short."""
        return Tally(
            trades=self._parts.uploader.trades,
            rebuilt_holes=self._rebuilt_holes,
            by_another=self._by_another,
            unreachable=self._unreachable or self._parts.uploader.unreachable,
        )

    def live(self, since_ns: int, asked_us: int | None = None) -> None:
        """Fetch from the watermark to the head; without a watermark, from the trades of `since_ns` on.

        What another runner planned after `asked_us` and has finished is not looked at again: the exchange
        is asked for nothing.
        """
        stored = self.stored() if asked_us is not None else None
        if stored is not None and asked_us is not None and done_since(stored, asked_us):
            self._by_another = True
            return
        began_us = us(self._parts.clock.now_ns())
        self._restarting(lambda: self._live(since_ns))
        self._restarting(lambda: self._parts.recheck.open_gaps(began_us))

    def backfill(self, start_ns: int, end_ns: int) -> None:
        """Fetch the trades of `start_ns` (inclusive) to `end_ns` (exclusive) that raw lacks."""
        self._restarting(lambda: self._backfill(start_ns, end_ns))

    def lacking(self, start_ns: int, end_ns: int) -> SpanSet:
        """Return what raw lacks of a range of time, recorded gaps aside, as `backfill` would fetch it."""
        newest = self.survey.target(self.survey.opened())
        if newest is None:
            return SpanSet()
        first, wanted = self.survey.range_of(start_ns, end_ns, newest)
        beyond = self.survey.unreachable(first, start_ns)
        self._unreachable = beyond is not None
        # Opened again, now: whoever works on the product has gone on while the exchange was asked.
        return (wanted | span_set(beyond)) - self.survey.opened().accounted

    def fill_gaps(self) -> None:
        """Fetch what was requested and is not yet covered, and read every recorded gap again."""
        self._restarting(self._fill)
        self._restarting(self._parts.recheck.every_gap)

    def recheck(self) -> None:
        """Read every recorded gap again."""
        self._restarting(self._parts.recheck.every_gap)

    def stored(self) -> Checkpoint | None:
        """Return the checkpoint as it is stored now."""
        stored = self._parts.ledger.load()
        return stored.checkpoint if stored else None

    def _live(self, since_ns: int) -> None:
        checkpoint = self.survey.opened()
        end = self.survey.target(checkpoint)
        if end is None:
            return
        mark: TokenMark | None = None
        # Where nothing is that young, the last trade is taken: the watermark must be set now, or trades
        # between this run and a late next one would fall out of its `since`.
        start = 0
        if checkpoint.watermark is None:
            located = self.survey.locate(since_ns, end)
            start = min(located, end)
            mark = self.survey.mark(start - 1, since_ns) if located == start else None
        self._create()
        self._note(mark)

        def wanted(known: Checkpoint) -> SpanSet:
            return span_set(live_span(known, start, end))

        self._work(PlanKind.LIVE, lambda: lambda known: _by_pages(live_span(known, start, end)), wanted)
        self._date_watermark()

    def _date_watermark(self) -> None:
        """Ask for the time of the watermark's trade where it is not known, as after a rebuild."""
        stored = self._parts.ledger.load()
        mark = stored.checkpoint.watermark if stored else None
        if mark is None or mark.time_ns is not None:
            return
        blocks = self._parts.reader.read(Span(mark.position, mark.position)).blocks
        if blocks:
            dated = replace(mark, time_ns=blocks[-1].last_time_ns)
            self._parts.ledger.update(
                lambda known: replace(known, watermark=dated) if known.watermark == mark else known
            )

    def _backfill(self, start_ns: int, end_ns: int) -> None:
        checkpoint = self.survey.opened()
        newest = self.survey.target(checkpoint)
        # The exchange knows the product by now. A checkpoint says so, also where there is nothing to fetch.
        if newest is None:
            self._create()
            return
        first, wanted = self.survey.range_of(start_ns, end_ns, newest)
        beyond = self.survey.unreachable(first, start_ns)
        self._unreachable = beyond is not None
        if not wanted and not beyond:
            self._create()
            return
        mark = self.survey.mark(first - 1, start_ns) if wanted else None
        now_us = us(self._parts.clock.now_ns())
        self._create()
        self._parts.ledger.update(lambda known: request(known, wanted, span_set(beyond), now_us))
        self._note(mark)
        self._work_back(lambda _: wanted)

    def _fill(self) -> None:
        checkpoint = self.survey.opened()
        if checkpoint == Checkpoint(stream=self.stream, ids=checkpoint.ids):
            return
        self._create()
        self._work_back(lambda known: known.requested)

    def _work_back(self, wanted: Callable[[Checkpoint], SpanSet]) -> None:
        """Work on what is wanted of the past: from bulk files where there are some."""
        settings = self._parts.settings

        def look() -> Callable[[Checkpoint], Piece | None]:
            stored = self.stored()
            offer = self._parts.archive.offer(stored, wanted(stored)) if stored else None
            return lambda known: backfill_piece(known, wanted(known), offer, settings)

        self._work(PlanKind.BACKFILL, look, wanted)

    def _work(
        self,
        kind: PlanKind,
        look: Callable[[], Callable[[Checkpoint], Piece | None]],
        wanted: Callable[[Checkpoint], SpanSet],
    ) -> None:
        """Make a plan durable, fetch it, and again, until nothing is left; finish what others began.

        `look` may ask the exchange; what it returns is pure, and tells the next piece. All pieces together
        are what `wanted` tells.
        """
        before: Checkpoint | None = None
        while True:
            self._parts.check_lease()
            checkpoint, resumed = self._planned(kind, look())
            if checkpoint.plan is None:
                return
            if checkpoint == before:
                msg = "a plan was fetched and is not done"
                raise StalledError(msg, where=str(self.stream), found=str(checkpoint.plan.span))
            before = checkpoint
            self._fetch(checkpoint.plan, wanted, resumed=resumed)

    def _planned(
        self, kind: PlanKind, next_piece: Callable[[Checkpoint], Piece | None]
    ) -> tuple[Checkpoint, bool]:
        now_us = us(self._parts.clock.now_ns())
        ours: set[str] = set()

        def plan(known: Checkpoint) -> Checkpoint:
            piece = None if known.plan else next_piece(known)
            if piece is None:
                return known
            made = new_plan(kind, piece.span, self._parts.settings, now_us, piece.source)
            ours.add(made.id)
            return replace(known, plan=made)

        checkpoint = self._parts.ledger.update(plan)
        return checkpoint, checkpoint.plan is not None and checkpoint.plan.id not in ours

    def _fetch(self, plan: Plan, wanted: Callable[[Checkpoint], SpanSet], *, resumed: bool) -> None:
        # Of a plan that was made just now nothing is stored, or another runner stores it at this moment: then
        # its batches are adopted as they are put. That saves a listing for each product and run.
        stored = stored_of_plan(self._parts.raw, self.stream, plan) if resumed else SpanSet()
        checkpoint = self._parts.ledger.update(
            lambda known: advance(replace(known, covered=known.covered | stored))
        )
        missing = SpanSet((plan.span,)) - checkpoint.accounted
        ahead = wanted(checkpoint) - checkpoint.accounted - SpanSet((plan.span,))
        self._parts.emit(
            PlanStarted(
                stream=self.stream,
                kind=plan.kind,
                span=plan.span,
                missing=len(missing),
                ahead=len(ahead),
                resumed=resumed,
                ids=checkpoint.ids,
            )
        )
        if self._fetched(plan, checkpoint, missing):
            self._parts.emit(PlanFinished(stream=self.stream, kind=plan.kind, span=plan.span))

    def _fetched(self, plan: Plan, checkpoint: Checkpoint, missing: SpanSet) -> bool:
        """Fetch a plan from its source; return whether that could be used."""
        if plan.source == ARCHIVE:
            return self._parts.archive.fetch(plan, missing)
        chain = self._parts.chain
        if chain is not None:
            threads = self._parts.settings.chunk_concurrency
            follow_plan(plan, checkpoint, missing, chain, self._parts.uploader, threads=threads)
        else:
            self._fetch_pages(plan, missing)
        return True

    def _fetch_pages(self, plan: Plan, missing: SpanSet) -> None:
        fetch_plan(
            plan,
            missing,
            self._parts.reader,
            self._parts.uploader,
            page_limit=self._parts.page_limit,
            threads=self._parts.settings.chunk_concurrency,
        )

    def _note(self, mark: TokenMark | None) -> None:
        """Keep a place to go on from; whoever does not find it searches."""
        if mark is not None:
            self._parts.ledger.update(lambda known: replace(known, tokens=(*known.tokens, mark)))

    def _create(self) -> None:
        if self._parts.ledger.load() is not None:
            return
        # Listed again, now: what was opened is older than the requests since, and others may have stored.
        checkpoint = self.survey.rebuilt()
        self._parts.ledger.create(checkpoint)
        if checkpoint.covered:
            holes = len(checkpoint.requested)
            self._rebuilt_holes = holes
            covered = len(checkpoint.covered)
            self._parts.emit(CheckpointRebuilt(stream=self.stream, covered=covered, holes=holes))

    def _restarting(self, work: Callable[[], None]) -> None:
        # A conflict here means that the checkpoint vanished, or was created by somebody else meanwhile.
        for _ in range(_RESTARTS):
            try:
                return work()
            except Conflict:
                continue
        return work()


def _by_pages(span: Span | None) -> Piece | None:
    return Piece(span=span, source=REST) if span else None
