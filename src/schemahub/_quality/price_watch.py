"""Lone prints: prices far from those of the trades around them, found in one pass over a symbol's trades.

A trade is held against the median of itself and the ten trades on either side. Where a market moves, even
in one step, the trades on one side move along, and the median with them; only a burst of at most ten
trades that the market did not follow stands out.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AROUND = 10
"""Trades on either side."""
_LEAST_AROUND = 4
"""With fewer others, nothing is concluded."""
_WINDOW = 2 * AROUND + 1
COLUMNS = ("trade_id", "trade_ts", "price")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A price, the median of the trades around it, and their distance as a share of the median."""

    trade_id: str
    time_us: int
    price: float
    median: float
    deviation: float


class PriceWatch:
    """Takes a symbol's trades in order, piece by piece; holds back only what a later piece decides (R7)."""

    def __init__(self, jump: float) -> None:
        """Look for distances above `jump`, a share."""
        self._jump = jump
        self._trades: pa.Table | None = None
        self._decided = 0

    def add(self, trades: pa.Table) -> Iterator[Spike]:
        """Take the next trades (positive prices only); yield the unusual ones that can be told by now."""
        known = trades if self._trades is None else pa.concat_tables([self._trades, trades])
        end = max(self._decided, known.num_rows - AROUND)
        yield from self._unusual(known, self._decided, end)
        start = max(0, end - AROUND)
        self._trades = known.slice(start).combine_chunks()
        self._decided = end - start

    def close(self) -> Iterator[Spike]:
        """Yield what the last trades show, now that none follow."""
        if self._trades is not None:
            yield from self._unusual(self._trades, self._decided, self._trades.num_rows)
        self._trades = None
        self._decided = 0

    def _unusual(self, known: pa.Table, first: int, end: int) -> Iterator[Spike]:
        prices = known["price"].combine_chunks()
        for at in _moved(prices, first, end, self._jump):
            start = max(0, at - AROUND)
            around = prices.slice(start, at + AROUND + 1 - start).to_pylist()
            middle = median(around)
            price = prices[at].as_py()
            deviation = abs(price / middle - 1)
            if deviation > self._jump and len(around) > _LEAST_AROUND:
                yield Spike(
                    trade_id=known["trade_id"][at].as_py(),
                    time_us=known["trade_ts"][at].cast(pa.int64()).as_py(),
                    price=price,
                    median=middle,
                    deviation=deviation,
                )


def _moved(prices: pa.Array, first: int, end: int, jump: float) -> list[int]:
    """Return the places whose window has prices far enough apart; nobody else can be unusual."""
    whole = range(max(first, AROUND), min(end, len(prices) - AROUND))
    # Places whose window the ends cut short are few: each is looked at.
    edges = [at for at in range(first, end) if at not in whole]
    if not whole:
        return edges
    ratio = pc.divide(_rolling(prices, pc.max_element_wise), _rolling(prices, pc.min_element_wise))
    centres = pc.add(pc.indices_nonzero(pc.greater(ratio, 1 + jump)).cast(pa.int64()), AROUND)
    return sorted([*edges, *(at for at in centres.to_pylist() if at in whole)])


def _rolling(prices: pa.Array, extreme: Callable[[pa.Array, pa.Array], pa.Array]) -> pa.Array:
    """Return the extreme of each whole window, by doubling: 1, 2, 4, 8, 16 and the rest."""
    found, size = prices, 1
    while size < _WINDOW:
        step = min(size, _WINDOW - size)
        found = extreme(found.slice(0, len(found) - step), found.slice(step))
        size += step
    return found
