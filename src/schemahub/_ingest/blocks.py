"""A run of trades as one piece of bytes, so that memory holds no object per trade."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from schemahub.model import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The lines of all trades in `span`, each ended by a newline.

    `last_time_ns` is known for a page's last trade. `positions` are those that exist; None: each of `span`.
    """

    span: Span
    data: bytes
    last_time_ns: int | None = None
    positions: Sequence[int] | None = None

    @property
    def count(self) -> int:
        """Return the number of trades."""
        return len(self.span) if self.positions is None else len(self.positions)

    def part(self, span: Span) -> Block:
        """Return the lines of a span inside."""
        if span == self.span:
            return self
        begin, end = self._index(span.first), self._index(span.last + 1)
        kept = self.data.splitlines(keepends=True)[begin:end]
        last_time_ns = self.last_time_ns if span.last == self.span.last else None
        positions = None if self.positions is None else self.positions[begin:end]
        return Block(span=span, data=b"".join(kept), last_time_ns=last_time_ns, positions=positions)

    def _index(self, position: int) -> int:
        """Return how many trades of the block are before a position."""
        if self.positions is None:
            return position - self.span.first
        return bisect_left(self.positions, position)


def blocks_of(page: Page) -> Iterator[Block]:
    """Cut a page into blocks: one, unless it has holes."""
    first = page.positions[0]
    for span in _spans(page):
        start = _index(page, span.first) if span.first != first else 0
        lines = page.lines[start : start + len(span)]
        is_last = span.last == page.positions[-1]
        yield Block(
            span=span,
            data=b"\n".join(lines) + b"\n",
            last_time_ns=page.last_time_ns if is_last else None,
        )


def chained_block(page: Page, after: int, last: int) -> Block:
    """Make one block of a page of sparse ids: of the ids behind `after`, up to `last`, these exist."""
    return Block(
        span=Span(after + 1, last),
        data=b"".join(line + b"\n" for line in page.lines),
        last_time_ns=page.last_time_ns,
        positions=page.positions,
    )


def without(blocks: Iterable[Block], spans: SpanSet) -> Iterator[Block]:
    """Drop positions from blocks."""
    for block in blocks:
        for span in SpanSet((block.span,)) - spans:
            yield block.part(span)


def _spans(page: Page) -> tuple[Span, ...]:
    whole = Span(page.positions[0], page.positions[-1])
    # A page without holes is the rule; only the others are walked through.
    return (whole,) if len(whole) == len(page.positions) else SpanSet.of_positions(page.positions).spans


def _index(page: Page, position: int) -> int:
    return list(page.positions).index(position)
