"""Cut what a chain brings into cells: what is stored, and made known, together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub.checkpoint import TokenMark
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemahub._ingest.blocks import Block
    from schemahub._ingest.chain import Link
    from schemahub.checkpoint import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Blocks of one batch or, around holes, of some; `mark` is where a token stream goes on behind it."""

    blocks: tuple[Block, ...]
    holes: SpanSet = field(default_factory=SpanSet)
    beyond: SpanSet = field(default_factory=SpanSet)
    mark: TokenMark | None = None


def plan_cells(plan: Plan, missing: SpanSet) -> list[tuple[Span, SpanSet]]:
    """Return the plan's cells that lack something, ascending, each with what it lacks.

    Dense batches are cut on a grid (multiples of the plan's batch size), so that any runner cuts the
    same ones wherever it starts.
    """
    found: list[tuple[int, SpanSet]] = []
    for span in missing:
        for piece in span.cut(plan.batch_size):
            number = piece.first // plan.batch_size
            if found and found[-1][0] == number:
                found[-1] = (number, found[-1][1] | SpanSet((piece,)))
            else:
                found.append((number, SpanSet((piece,))))
    size = plan.batch_size
    return [(Span(number * size, number * size + size - 1), lacking) for number, lacking in found]


def cut_cells(links: Iterable[Link], size: int, *, dense: bool) -> Iterator[Cell]:
    """Cut dense ids on the grid (multiples of `size`), sparse ones by counting `size` trades.

    Either way the cut follows from the plan and the exchange's trades alone, not from pages or from the
    runner, once what came before is stored.
    """
    cell = _Open(size=size, dense=dense)
    for link in links:
        cell.holes |= link.holes
        cell.beyond |= link.beyond
        for block in link.blocks:
            yield from cell.add(block, link)
    if cell.blocks or cell.holes or cell.beyond:
        yield cell.closed()


@dataclass(slots=True)
class _Open:
    size: int
    dense: bool
    blocks: list[Block] = field(default_factory=list)
    holes: SpanSet = field(default_factory=SpanSet)
    beyond: SpanSet = field(default_factory=SpanSet)
    mark: TokenMark | None = None

    def add(self, block: Block, link: Link) -> Iterator[Cell]:
        """Take a block, and yield each cell that it completes."""
        rest: Block | None = block
        while rest is not None:
            if self.blocks and self.dense and self._number(rest.span.first) != self._number(self._last):
                yield self.closed()
            end = self._end_within(rest)
            part = rest.part(Span(rest.span.first, end))
            rest = rest.part(Span(end + 1, rest.span.last)) if end < rest.span.last else None
            self.blocks.append(part)
            self.mark = _mark(end, link)
            if self._full():
                yield self.closed()

    def closed(self) -> Cell:
        """Return the cell, and begin the next."""
        cell = Cell(blocks=tuple(self.blocks), holes=self.holes, beyond=self.beyond, mark=self.mark)
        self.blocks, self.holes, self.beyond, self.mark = [], SpanSet(), SpanSet(), None
        return cell

    @property
    def _last(self) -> int:
        return self.blocks[-1].span.last

    def _number(self, position: int) -> int:
        return position // self.size

    def _count(self) -> int:
        return sum(block.count for block in self.blocks)

    def _end_within(self, block: Block) -> int:
        """Return where in a block the open cell ends: at its last position, if not before."""
        if self.dense:
            return min(block.span.last, (self._number(block.span.first) + 1) * self.size - 1)
        wanted = self.size - self._count()
        if block.positions is None or wanted >= len(block.positions):
            return block.span.last
        return block.positions[wanted - 1]

    def _full(self) -> bool:
        if self.dense:
            return self._number(self._last + 1) != self._number(self._last)
        return self._count() >= self.size


def _mark(end: int, link: Link) -> TokenMark | None:
    token = link.onward if end == link.last else link.token
    return None if token is None else TokenMark(position=end, token=token)
