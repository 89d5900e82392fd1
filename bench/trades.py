"""Trades that look like a market's, any part of them made without the parts before it.

Seeded by product and part, so equal arguments give equal trades. Sizes are nearly all different, as they
were in the measurements that our limits come from; recorded ones are rounder (302 different among 1000),
so that real files are smaller than these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

E8 = 10**8
Integers = npt.NDArray[np.int64]
_BURST = 0.45
"""Share of trades that begin a new taker order; the others share its time and side."""
_STEP_RETURN = 2e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What one product's trades are like; sizes and prices count units of 1e-8."""

    id: str
    number: int
    share: float
    price_e8: int
    tick_e8: int
    size_e8: int
    lot_e8: int = 1

    @property
    def first_id(self) -> int:
        return 600_000_000 + self.number * 1_000_000_000


PRODUCTS = (
    Product(id="BTC-USD", number=0, share=0.4, price_e8=6_412_345_000_000, tick_e8=10**6, size_e8=400_000),
    Product(id="ETH-USD", number=1, share=0.3, price_e8=312_345_000_000, tick_e8=10**6, size_e8=8_000_000),
    Product(id="SOL-USD", number=2, share=0.2, price_e8=14_321_000_000, tick_e8=10**6, size_e8=130_000_000),
    Product(id="SHIB-USD", number=3, share=0.1, price_e8=2345, tick_e8=1, size_e8=9 * 10**13, lot_e8=10**7),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trades:
    """Columns of equal length, ascending by id; `maker_sells` is what the exchange calls the side."""

    ids: Integers
    maker_sells: npt.NDArray[np.bool_]
    sizes_e8: Integers
    prices_e8: Integers
    times_us: Integers

    def __len__(self) -> int:
        return len(self.ids)

    def last(self, count: int) -> Trades:
        return Trades(
            ids=self.ids[-count:],
            maker_sells=self.maker_sells[-count:],
            sizes_e8=self.sizes_e8[-count:],
            prices_e8=self.prices_e8[-count:],
            times_us=self.times_us[-count:],
        )


def trades(product: Product, part: int, *, ids: range, begin_us: int, end_us: int) -> Trades:
    """Return the trades of one part: those ids, between two times."""
    count = len(ids)
    rng = np.random.default_rng((product.number, part))
    begins = rng.random(count) < _BURST
    begins[0] = True
    order = np.maximum.accumulate(np.where(begins, np.arange(count), 0))
    gaps = np.cumsum(np.where(begins, rng.exponential(1.0, count), 0.0))
    times = begin_us + (gaps / (gaps[-1] + 1.0) * (end_us - begin_us)).astype(np.int64)
    return Trades(
        ids=np.arange(ids.start, ids.stop, dtype=np.int64),
        maker_sells=(rng.random(count) < 0.5)[order],
        sizes_e8=_sizes(rng, product, count),
        prices_e8=_prices(rng, product, part, begins),
        times_us=times[order],
    )


def _prices(rng: np.random.Generator, product: Product, part: int, begins: npt.NDArray[np.bool_]) -> Integers:
    """Walk from where the part before ended to where the next begins, so that parts join without a jump."""
    count = len(begins)
    steps = np.cumsum(np.where(begins, rng.standard_normal(count) * _STEP_RETURN, 0.0))
    ends = np.random.default_rng((product.number, 1 << 40)).standard_normal(part + 1) * 0.002
    start, end = float(np.sum(ends[:part])), float(np.sum(ends))
    along = np.arange(1, count + 1) / count
    path = start + steps + along * (end - start - steps[-1])
    ticks = np.rint(product.price_e8 * np.exp(path) / product.tick_e8).astype(np.int64)
    prices: Integers = np.maximum(ticks, 1) * product.tick_e8
    return prices


def _sizes(rng: np.random.Generator, product: Product, count: int) -> Integers:
    sizes = np.rint(np.exp(rng.standard_normal(count) * 2.0) * product.size_e8).astype(np.int64)
    kind = rng.random(count)
    round_lot = 10**5
    sizes = np.where((kind > 0.5) & (kind < 0.7), (sizes // round_lot + 1) * round_lot, sizes)
    if product.lot_e8 > 1:
        sizes = (sizes // product.lot_e8 + 1) * product.lot_e8
    return np.where(kind < 0.02, 1, np.maximum(sizes, 1))
