"""One request as a dialect sees it, and the markets that it may ask about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from schemahub.testing.simulator.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.testing.simulator.rate_limit import Client
    from schemahub.testing.simulator.trade_log import TradeLog

_SECOND = 1_000_000_000


@dataclass(kw_only=True)
class Asked:
    """One request, without its socket, at a moment of the exchange's clock.

    `client` is who asks, with what it was refused so far. `short` asks for a page that is shorter than it
    should be. `product` is the last market that was looked at.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    client: Client
    now_ns: int
    logs: Mapping[str, TradeLog]
    reach_seconds: float | None = None
    short: bool = False
    product: str | None = None

    @property
    def target(self) -> str:
        """Return path and query: what a CDN keeps replies by."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @cached_property
    def parts(self) -> list[str]:
        """Return the parts of the path, decoded."""
        return [unquote(part) for part in self.path.strip("/").split("/")]

    @cached_property
    def params(self) -> dict[str, str]:
        """Return the query's parameters, each the last of its name."""
        return {name: found[-1] for name, found in parse_qs(self.query, keep_blank_values=True).items()}

    def whole(self, name: str) -> int | None:
        """Return a parameter as a whole number, None where it is missing or none."""
        text = self.params.get(name, "")
        return int(text) if text.isascii() and text.isdigit() else None

    def limit(self, name: str, default: int, most: int) -> int:
        """Return how many rows the page may have: what the client wishes, within bounds."""
        wish = self.whole(name)
        limit = min(default if wish is None else max(1, wish), most)
        return max(1, limit // 2) if self.short else limit

    def market(self, product: str) -> Shown | None:
        """Return what is shown of a product's trades now, None if there is no such market."""
        log = self.logs.get(product)
        if log is None:
            return None
        self.product = product
        reach = self.reach_seconds
        floor_ns = None if reach is None else self.now_ns - int(reach * _SECOND)
        return Shown(log, floor_ns)
