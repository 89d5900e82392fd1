"""What the rows of one day of one symbol show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub._quality.day_state import DayState
    from schemahub._quality.price_watch import Spike


@dataclass(slots=True)
class DayTally:
    """What is counted while a day's rows go by."""

    rows: int = 0
    quantity: float = 0.0
    least_price: float | None = None
    greatest_price: float | None = None
    senseless: int = 0
    future: int = 0
    spikes: int = 0
    worst: Spike | None = None

    def saw(self, spike: Spike) -> None:
        """Count an unusual price."""
        self.spikes += 1
        if self.worst is None or spike.deviation > self.worst.deviation:
            self.worst = spike


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """One judged day.

    `trades_deviation` and `quantity_deviation` are in robust standard deviations from the trailing days,
    None where the day is not judged. `senseless` counts prices and quantities that are not above zero,
    `future` trades ahead of the clock, `spikes` prices far from their neighbours', of which `worst` is
    the farthest.
    """

    trade_date: str
    state: DayState
    trades: int
    quantity: float
    least_price: float | None
    greatest_price: float | None
    trades_deviation: float | None
    quantity_deviation: float | None
    senseless: int
    future: int
    spikes: int
    worst: Spike | None
