"""The products that the simulated exchange lists, in the shape of the real `/products`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemahub.testing.simulator.replay import Replay


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSpec:
    """One market, and the history that it starts with.

    `trades` generated trades (100 000 where None) from `first_id` on, spread over `history_seconds` up to
    `end_ns` (now where None). With `replay`, its rows are the history, and `trades` (none where None) lead
    up to its first row. An alias serves the trades of another product: the real list does not say so.
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

    @property
    def generated(self) -> int:
        """Return the number of generated trades."""
        if self.trades is None:
            return 0 if self.replay else 100_000
        return self.trades


DEFAULT_PRODUCTS = (
    ProductSpec(id="BTC-USD"),
    ProductSpec(id="ETH-USD", price="2000"),
    # As listed in 2025: the market was closed, and elsewhere the id serves BTC-USD's very trades.
    ProductSpec(id="BTC-USDC", status="delisted", alias_of="BTC-USD"),
    ProductSpec(id="GAL-USDT", price="2", trades=2_500, status="delisted"),
)


class Catalogue:
    """The body of `/products`, and of each `/products/{id}`."""

    def __init__(self, entries: Iterable[dict[str, Any]]) -> None:
        """Keep the entries in their order."""
        self._entries = {entry["id"]: entry for entry in entries}
        self.body = _compact(list(self._entries.values()))

    @classmethod
    def of(cls, specs: Sequence[ProductSpec]) -> Catalogue:
        """List these products."""
        return cls(_entry(spec) for spec in specs)

    @classmethod
    def load(cls, path: str | Path) -> Catalogue:
        """Read a recorded list: the JSON array, or an object that holds it as `body`."""
        try:
            found = json.loads(Path(path).read_bytes())
            return cls(found["body"] if isinstance(found, dict) else found)
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = "this file is no list of products"
            raise ConfigError(msg, where=str(path), found=str(error)) from error

    def __contains__(self, product: str) -> bool:
        """Tell whether `product` is listed."""
        return product in self._entries

    def status(self, product: str) -> str:
        """Return the listed status."""
        return str(self._entries[product].get("status", "online"))

    def entry(self, product: str) -> bytes:
        """Return the body of one listed product."""
        return _compact(self._entries[product])


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _entry(spec: ProductSpec) -> dict[str, Any]:
    base, _, quote = spec.id.rpartition("-")
    return {
        "id": spec.id,
        "base_currency": base,
        "quote_currency": quote,
        "quote_increment": "0.01",
        "base_increment": "0.00000001",
        "display_name": spec.id,
        "min_market_funds": "1",
        "margin_enabled": False,
        "post_only": False,
        "limit_only": False,
        "cancel_only": False,
        "status": spec.status,
        "status_message": "",
        "trading_disabled": spec.status != "online",
        "fx_stablecoin": False,
        "max_slippage_percentage": "0.02",
        "auction_mode": False,
        "high_bid_limit_percentage": "",
    }
