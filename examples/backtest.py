"""A backtest of a simple rule over the table, which cannot look into the future.

    python examples/backtest.py lake BTC-USD

The rule holds the coin while the average of the last few closes is above that of the last many. What keeps
it honest is the order of three steps, bar after bar: the position that was decided *before* a bar is paid
for at the bar's open; then the bar goes by; then the next position is decided from the closes so far. A
decision is never filled at a price that was part of it.
"""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import schemahub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a bar's beginning and end were; `open` is known as it begins, `close` when it is over."""

    begin: datetime
    open: float
    close: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One bar of a backtest: what was held during it, and what all was worth at its end."""

    begin: datetime
    held: bool
    equity: float


class Crossover:
    """Hold while the short average of closes is above the long one; not before there is a long one."""

    def __init__(self, short: int = 8, long: int = 24) -> None:
        """Remember no more than the rule needs."""
        self._short = short
        self._closes: deque[float] = deque(maxlen=long)

    def __call__(self, close: float) -> bool:
        """Take in the close of a bar that is over; decide what to hold in the next."""
        self._closes.append(close)
        if len(self._closes) < (self._closes.maxlen or 0):
            return False
        recent = list(self._closes)[-self._short :]
        return sum(recent) / len(recent) > sum(self._closes) / len(self._closes)


def backtest(bars: Iterable[Bar], rule: Callable[[float], bool], fee: float = 0.001) -> Iterator[Step]:
    """Yield what became of 1.0, bar after bar; `fee` is the part of each fill that the exchange keeps.

    Bars are taken one at a time, and a step is yielded before the next bar is asked for: what comes later
    cannot matter.
    """
    cash, coins, wanted = 1.0, 0.0, False
    for bar in bars:
        if wanted and not coins:
            cash, coins = 0.0, cash * (1 - fee) / bar.open
        elif coins and not wanted:
            cash, coins = coins * bar.open * (1 - fee), 0.0
        yield Step(begin=bar.begin, held=bool(coins), equity=cash + coins * bar.close)
        wanted = rule(bar.close)


def bars_of(hub: schemahub.Hub, symbol: str, interval: str = "1h") -> list[Bar]:
    """Return a symbol's bars. An interval without a trade is no bar: nobody could have traded in it."""
    table = hub.ohlcv(symbol, interval).to_arrow().select(["bucket", "open", "close"])
    return [
        Bar(begin=begin, open=first, close=last)
        for begin, first, last in zip(*(column.to_pylist() for column in table.columns), strict=True)
    ]


def main(lake: str, symbol: str) -> None:
    """Print what the rule made of 1.0, and what holding all the time would have."""
    hub = schemahub.open(lake)
    # A backtest over days with holes is one over prices that were never the market's.
    condition = hub.condition(symbol)
    print(condition.headline())
    bars = bars_of(hub, symbol)
    steps = list(backtest(bars, Crossover()))
    trades = sum(before.held != after.held for before, after in pairwise(steps))
    print(f"{len(bars)} bars, {trades} trades")
    print(f"the rule:  {steps[-1].equity:.4f}")
    print(f"holding:   {bars[-1].close / bars[0].open:.4f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
