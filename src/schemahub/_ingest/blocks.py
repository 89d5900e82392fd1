"""A run of consecutive trades as one piece of bytes, so that memory holds no object per trade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemahub.model import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The lines of `span`, each ended by a newline; `last_time_ns` is known for a page's last trade."""

    span: Span
    data: bytes
    last_time_ns: int | None = None

    def part(self, span: Span) -> Block:
        """Return the lines of a span inside."""
        if span == self.span:
            return self
        lines = self.data.splitlines(keepends=True)
        kept = lines[span.first - self.span.first : span.last - self.span.first + 1]
        last_time_ns = self.last_time_ns if span.last == self.span.last else None
        return Block(span=span, data=b"".join(kept), last_time_ns=last_time_ns)


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
