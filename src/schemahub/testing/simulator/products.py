"""What markets a simulated exchange has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub.testing.simulator.replay import Replay


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSpec:
    """One market, and the history that it starts with.

    `trades` generated trades (100 000 where None) from `first_id` on, spread over `history_seconds` up to
    `end_ns` (now where None). With `replay`, its rows are the history, and `trades` (none where None) lead
    up to its first row. An alias serves the trades of another product: the real list does not say so.
    `base` and `quote` are needed where the id does not tell them.
    """

    id: str
    trades: int | None = None
    first_id: int = 1
    history_seconds: float = 86_400.0
    end_ns: int | None = None
    price: str = "30000"
    status: str = "online"
    alias_of: str | None = None
    replay: Replay | None = None
    base: str = ""
    quote: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """Return base and quote, where they are not given from an id such as BTC-USD or BTCUSD."""
        base, dash, quote = self.id.partition("-")
        guess = (base, quote) if dash else (self.id[:-3], self.id[-3:])
        return self.base or guess[0], self.quote or guess[1]

    @property
    def generated(self) -> int:
        """Return the number of generated trades."""
        if self.trades is None:
            return 0 if self.replay else 100_000
        return self.trades
