"""Requests to Coinbase Exchange, and what its answers mean.

Source of the facts: docs.cdp.coinbase.com, Exchange REST API ("Get product trades", "Pagination", "Rate
limits"), and recorded traffic of 2016 to 2025.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from pydantic import Field

from schemahub import Connector, ConnectorConfig, Head, Outcome, Page, Request, Verdict, lines
from schemahub.bodies import excerpt
from schemahub.errors import RetryableError, UnknownProduct
from schemahub.times import iso_to_ns
from schemahub_coinbase.products import parse_products

if TYPE_CHECKING:
    from typing import ClassVar

    from schemahub import Product, Response, Span, Steps

_PRODUCT_ID = re.compile(r"[A-Za-z0-9]+-[A-Za-z0-9]+")
_OK = 200


class CoinbaseConfig(ConnectorConfig):
    """Settings; the defaults are the documented limits of one public address."""

    base_url: str = Field(default="https://api.exchange.coinbase.com", min_length=1)
    # Documented: 10 requests a second, bursts to 15. A smaller burst leaves room for requests that the
    # network bunches together on the way, so that a full run sees no 429.
    requests_per_second: float = Field(default=10.0, gt=0)
    burst: float = Field(default=10.0, ge=1)


class _Position(msgspec.Struct, gc=False):
    trade_id: int


class _Trade(msgspec.Struct):
    trade_id: int
    time: str


_positions = msgspec.json.Decoder(list[_Position])
_trades = msgspec.json.Decoder(list[_Trade])
_trade = msgspec.json.Decoder(_Trade)


class Coinbase(Connector):
    """Trade ids are consecutive per product; any range of them can be asked for."""

    name: ClassVar[str] = "coinbase"
    page_limit: ClassVar[int] = 1000
    product_is_symbol: ClassVar[bool] = True
    Config: ClassVar[type[ConnectorConfig]] = CoinbaseConfig

    def products(self) -> Steps[tuple[Product, ...]]:
        """Return all products that Coinbase lists, delisted ones and aliases marked."""
        response = yield Request(path="/products")
        return parse_products(response.body)

    def head(self, product: str) -> Steps[Head]:
        """Return the newest page."""
        response = yield Request(path=_path(product), params={"limit": str(self.page_limit)})
        try:
            newest_first = _trades.decode(response.body)
        except msgspec.DecodeError as error:
            msg = "the newest page makes no sense"
            raise RetryableError(msg, where=product, found=excerpt(response.body)) from error
        ascending = newest_first[::-1]
        return Head(
            positions=[trade.trade_id for trade in ascending],
            times_ns=[iso_to_ns(trade.time) for trade in ascending],
        )

    def page(self, product: str, span: Span) -> Steps[Page]:
        """Ask for a window closed on both sides.

        `before` alone is no use: it has been seen to return the newest trades above it, and also the ones
        next to it. With both bounds, which are exclusive, there is one answer.
        """
        params = {"limit": str(len(span)), "after": str(span.last + 1)}
        if span.first > 1:
            params["before"] = str(span.first - 1)
        response = yield Request(path=_path(product), params=params)
        rows = lines(response.body)[::-1]
        if not rows:
            return Page(positions=(), lines=())
        try:
            positions = [row.trade_id for row in reversed(_positions.decode(response.body))]
            first, last = _trade.decode(rows[0]), _trade.decode(rows[-1])
        except msgspec.DecodeError as error:
            msg = "a trade makes no sense"
            raise RetryableError(msg, where=f"{product} {span}", found=excerpt(rows[0])) from error
        return Page(
            positions=positions,
            lines=rows,
            first_time_ns=iso_to_ns(first.time),
            last_time_ns=iso_to_ns(last.time),
        )

    def classify(self, response: Response) -> Verdict:
        """Read the status as usual; besides, a 200 must hold a whole JSON array.

        Error bodies with status 200, empty ones and bodies cut off on the way have all been seen.
        """
        body = response.body.strip()
        if response.status == _OK and not (body.startswith(b"[") and body.endswith(b"]")):
            return Verdict(outcome=Outcome.RETRY, reason=f"HTTP 200 with {excerpt(body)}, not a list")
        return super().classify(response)


def _path(product: str) -> str:
    # The id becomes part of a path: anything that is not an id must not reach the exchange.
    if _PRODUCT_ID.fullmatch(product) is None:
        msg = "not a Coinbase product id"
        raise UnknownProduct(msg, expected="BASE-QUOTE, such as BTC-USD", found=repr(product[:60]))
    return f"/products/{quote(product, safe='')}/trades"
