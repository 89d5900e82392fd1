"""Read recorded gaps again, and repair what turned up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._ingest import gaps as rules
from schemahub._ingest.batches import Origin, cut_batches
from schemahub._ingest.blocks import without
from schemahub.checkpoint import GapState
from schemahub.events import Emit, GapRepaired, GapSeen
from schemahub.layout import us
from schemahub.model import Ids
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._clock import Clock
    from schemahub._ingest.blocks import Block
    from schemahub._ingest.ledger import Ledger
    from schemahub._ingest.pages import PageReader
    from schemahub._ingest.uploads import Uploader
    from schemahub.checkpoint import Checkpoint, Gap


class Recheck:
    """Revisits the gaps of one stream."""

    def __init__(  # noqa: PLR0913 - the parts that work together here
        self,
        ledger: Ledger,
        reader: PageReader,
        uploader: Uploader,
        *,
        page_limit: int,
        ids: Ids,
        codec: str,
        clock: Clock,
        emit: Emit,
    ) -> None:
        """Keep the parts."""
        self._ledger = ledger
        self._reader = reader
        self._uploader = uploader
        self._page_limit = page_limit
        self._ids = ids
        self._codec = codec
        self._clock = clock
        self._emit = emit

    def open_gaps(self, seen_before_us: int) -> None:
        """Read the open gaps that were first seen before this run."""
        self._run(lambda gap: gap.state is GapState.OPEN and gap.seen_us < seen_before_us)

    def every_gap(self) -> None:
        """Read all gaps, also those that were confirmed or out of reach."""
        self._run(lambda _: True)

    def _run(self, due: Callable[[Gap], bool]) -> None:
        stored = self._ledger.load()
        for gap in filter(due, stored.checkpoint.gaps if stored else ()):
            self._revisit(gap)

    def _revisit(self, gap: Gap) -> None:
        blocks, served = self._read(gap)
        inside = list(without(blocks, served - SpanSet((gap.span,))))
        # Named by the gap, not by a plan: whoever finds the same trades writes the same object.
        origin = Origin(id=gap.id, created_us=gap.seen_us, codec=self._codec)
        repairs = list(cut_batches(self._ledger.stream, origin, inside))
        for batch in repairs:
            self._uploader.put(batch)
        checkpoint = self._conclude(gap, served)
        for batch in repairs:
            self._emit(GapRepaired(stream=self._ledger.stream, span=batch.name.span))
        for left in checkpoint.gaps:
            if left.span.clip(gap.span):
                self._emit(GapSeen(stream=self._ledger.stream, span=left.span, state=left.state, again=True))

    def _read(self, gap: Gap) -> tuple[list[Block], SpanSet]:
        """Return the trades of a gap and its neighbours, and the positions of which all trades are served."""
        around = rules.neighbourhood(gap)
        if self._ids is not Ids.DENSE:
            between = list(self._reader.between(around))
            return between, SpanSet((around,)) if between else SpanSet()
        blocks = self._read_dense(gap, around)
        return blocks, SpanSet.of(block.span for block in blocks)

    def _read_dense(self, gap: Gap, around: Span) -> list[Block]:
        """Read from the end; of what was out of reach, no further than to the first page that has none of it.

        An exchange's history begins at one place, however many positions lie before it.
        """
        pages: list[tuple[Block, ...]] = []
        for last in range(around.last, around.first - 1, -self._page_limit):
            piece = Span(max(around.first, last - self._page_limit + 1), last)
            pages.append(self._reader.read(piece).blocks)
            if gap.state is GapState.OUT_OF_REACH and not any(one.span.clip(gap.span) for one in pages[-1]):
                break
        return [block for page in reversed(pages) for block in page]

    def _conclude(self, gap: Gap, served: SpanSet) -> Checkpoint:
        now_us = us(self._clock.now_ns())
        return self._ledger.update(lambda checkpoint: rules.reread(checkpoint, gap, served, now_us))
