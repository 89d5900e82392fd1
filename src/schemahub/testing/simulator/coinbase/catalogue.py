"""The products that the simulated Coinbase lists, in the shape of the real `/products`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemahub.errors import ConfigError
from schemahub.testing.simulator.products import ProductSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
