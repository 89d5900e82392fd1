"""Endless deals as a pure function of a seed and an id: nothing is held, any page can be made at once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.spans import Span

T = TypeVar("T")

BLOCK = 16
"""Deals made from one digest; a sweep never leaves its block, so a block can be made alone."""

_TIE = 56  # of 256: with the blocks' first deals, which never tie, a fifth of all share a time
_SIZE_UNIT_E8 = 1_000
_LONG_WAVE_BLOCKS = 12_503
_SHORT_WAVE_BLOCKS = 499


class Deal(NamedTuple):
    """What a trade is, but for its time; `ties` says that it continues the sweep of the one before."""

    id: int
    ties: bool
    jitter: int
    side: str
    price_e8: int
    size_e8: int


def triangle(step: int, half_period: int) -> int:
    """Return a wave that climbs by one from 0 to `half_period` and falls back, in whole numbers."""
    return half_period - abs(step % (2 * half_period) - half_period)


def in_span(block: list[T], number: int, span: Span) -> list[T]:
    """Return the part of block `number` that lies in `span`."""
    first = number * BLOCK
    return block[max(0, span.first - first) : max(0, span.last + 1 - first)]


class Tape:
    """The deals of one product."""

    def __init__(self, seed: str, price_e8: int) -> None:
        """Name the product's randomness and the price that its deals move around."""
        self._key = hashlib.blake2b(seed.encode(), digest_size=32).digest()
        self._price = price_e8
        self._tick = int(10 ** max(0, len(str(price_e8)) - 7))

    def deals(self, span: Span) -> Iterator[Deal]:
        """Make the deals of `span`, ascending."""
        for number in range(span.first // BLOCK, span.last // BLOCK + 1):
            yield from in_span(self.block(number), number, span)

    def block(self, number: int) -> list[Deal]:
        """Make one block: sweeps of a taker through the book, each on one side, away from its start."""
        noise = hashlib.blake2b(number.to_bytes(8, "big"), key=self._key).digest()
        deals: list[Deal] = []
        side, price, level = "buy", 0, self._level(number)
        for at in range(BLOCK):
            kind, jitter, high, low = noise[4 * at : 4 * at + 4]
            trade_id = number * BLOCK + at
            ties = at > 0 and kind < _TIE
            if ties:
                # A taker who sells eats the makers' buys, each lower than the last; and the other way round.
                price = max(self._tick, price + (self._tick if side == "sell" else -self._tick))
            else:
                side = "sell" if jitter & 1 else "buy"
                price = level + kind % 32 * self._tick
            size = (high << 8 | low) * _SIZE_UNIT_E8 or 1
            deals.append(Deal(trade_id, ties, jitter, side, price, size))
        return deals

    def _level(self, number: int) -> int:
        slow = self._price * triangle(number, _LONG_WAVE_BLOCKS) // (40 * _LONG_WAVE_BLOCKS)
        fast = self._price * triangle(number, _SHORT_WAVE_BLOCKS) // (400 * _SHORT_WAVE_BLOCKS)
        return (self._price + slow + fast) // self._tick * self._tick
