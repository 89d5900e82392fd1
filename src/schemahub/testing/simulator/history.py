"""A product's past: any number of trades, made when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.testing.simulator.tape import BLOCK, in_span, triangle
from schemahub.testing.simulator.text import Trade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.spans import Span
    from schemahub.testing.simulator.tape import Tape

_QUIET_BLOCKS = 997
_MICROSECOND = 1_000


class History:
    """The trades of `span`, spread over `start_ns..end_ns`, in busy and quiet stretches.

    Times never go back, about a fifth repeat the one before, and all are whole microseconds. Memory does
    not grow with the number of trades.
    """

    def __init__(self, tape: Tape, span: Span, start_ns: int, end_ns: int) -> None:
        """Fix the range of ids and of time."""
        self.span = span
        self._tape = tape
        self._start = start_ns
        self._length = end_ns - start_ns
        self._first_block = span.first // BLOCK
        self._all = _pace(span.last // BLOCK + 1 - self._first_block)

    def trades(self, span: Span) -> Iterator[Trade]:
        """Make the trades of `span`, ascending."""
        for number in range(span.first // BLOCK, span.last // BLOCK + 1):
            yield from in_span(list(self._block(number)), number, span)

    def _block(self, number: int) -> Iterator[Trade]:
        start, end = self._block_start(number), self._block_start(number + 1)
        time_ns = start
        for at, deal in enumerate(self._tape.block(number)):
            if not deal.ties:
                time_ns = start + (end - start) * (at * 256 + deal.jitter) // (BLOCK * 256)
                time_ns -= time_ns % _MICROSECOND
            yield Trade(deal.id, time_ns, deal.side, deal.price_e8, deal.size_e8)

    def _block_start(self, number: int) -> int:
        return self._start + self._length * _pace(number - self._first_block) // self._all


def _pace(blocks: int) -> int:
    # Grows by 7 a block in a quiet stretch and by 1 in a busy one: a search by time cannot just interpolate.
    return 4 * blocks + 3 * triangle(blocks, _QUIET_BLOCKS)
