"""Requests to Bitstamp, and what its answers mean.

Source of the facts: www.bitstamp.net/api, ("Transactions", "Trading pairs info", "Request limits"), and
recorded traffic of 2013 to 2022.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import Field

from schemahub import ConnectorConfig, Head, Request, WindowConnector
from schemahub.errors import UnknownProduct
from schemahub_bitstamp.errors import verdict_of
from schemahub_bitstamp.products import parse_products
from schemahub_bitstamp.trades import parse_trades

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from schemahub import Page, Product, Response, Steps, Verdict

_PAIR = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_NAMES = {60.0: "minute", 3_600.0: "hour", 86_400.0: "day"}


class BitstampConfig(ConnectorConfig):
    """Settings; the defaults stay below what is documented for one public address."""

    base_url: str = Field(default="https://www.bitstamp.net", min_length=1)
    # 400 a second, and 10 000 in ten minutes: 16 a second for who goes on.
    requests_per_second: float = Field(default=10.0, gt=0)
    burst: float = Field(default=20.0, ge=1)


class Bitstamp(WindowConnector):
    """The trades of the last minute, hour or day; no other can be had.

    Ids ascend, but one sequence serves all products and orders as well: most ids are no trade of a product.
    """

    name: ClassVar[str] = "bitstamp"
    windows: ClassVar[Sequence[float]] = tuple(_NAMES)
    page_limit: ClassVar[int] = 10_000
    reach_seconds: ClassVar[float | None] = max(_NAMES)
    Config: ClassVar[type[ConnectorConfig]] = BitstampConfig

    def products(self) -> Steps[tuple[Product, ...]]:
        """Return all pairs, also those that do not trade."""
        response = yield Request(path="/api/v2/trading-pairs-info/")
        return parse_products(response.body)

    def head(self, product: str) -> Steps[Head]:
        """Return the smallest window that has a trade; none if nothing traded for a day."""
        for seconds in self.windows:
            page = yield from self.recent(product, seconds)
            if page.positions:
                return Head(positions=page.positions, times_ns=page.times_ns or ())
        return Head(positions=(), times_ns=())

    def recent(self, product: str, seconds: float) -> Steps[Page]:
        """Return a window, however many trades it holds."""
        # The pair becomes part of a path: anything that is none must not reach the exchange.
        if _PAIR.fullmatch(product) is None:
            msg = "not a Bitstamp pair"
            raise UnknownProduct(msg, expected="letters and digits, such as btcusd", found=repr(product[:60]))
        path = f"/api/v2/transactions/{product.lower()}/"
        response = yield Request(path=path, params={"time": _NAMES[seconds]})
        return parse_trades(response.body, product)

    def classify(self, response: Response) -> Verdict:
        """Read the code in an error's body, besides the status."""
        return verdict_of(response, super().classify(response))
