"""Requests to Kraken, and what its answers mean.

Source of the facts: docs.kraken.com, Spot REST API ("Get Recent Trades", "Get Tradable Asset Pairs",
"Rate Limits", "General Errors"), and recorded traffic of 2013 to 2025.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import Field

from schemahub import ConnectorConfig, Head, Ids, Request, TokenConnector
from schemahub.errors import RetryableError, UnknownProduct
from schemahub_kraken.errors import verdict_of_errors
from schemahub_kraken.products import parse_products
from schemahub_kraken.trades import READABLE_NS, parse_trades

if TYPE_CHECKING:
    from typing import ClassVar

    from schemahub import Page, Product, Response, Steps, Verdict

_PRODUCT_ID = re.compile(r"[A-Za-z0-9]+")
_TRADES = "/0/public/Trades"
_LEAST_NS = 10**12
_OK = 200


class KrakenConfig(ConnectorConfig):
    """Settings; the defaults are what one public address may ask for."""

    base_url: str = Field(default="https://api.kraken.com", min_length=1)
    # One a second for each address; who goes on regardless is locked out for minutes.
    requests_per_second: float = Field(default=1.0, gt=0)
    burst: float = Field(default=1.0, ge=1)


class Kraken(TokenConnector):
    """Trade ids are consecutive per product; a page leads to the next by the time of its last trade.

    The token is that time in nanoseconds, as Kraken gives it: exclusive. What a page shows of it is a
    float of seconds, which is not exact. Where trades share a time and the page ends between them, the
    rest does not come after the token: the hole shows in the ids, and `token_at` leads to before it.
    """

    name: ClassVar[str] = "kraken"
    ids: ClassVar[Ids] = Ids.DENSE
    page_limit: ClassVar[int] = 1000
    Config: ClassVar[type[ConnectorConfig]] = KrakenConfig

    def products(self) -> Steps[tuple[Product, ...]]:
        """Return all pairs that Kraken lists, dark pools aside; what is gone, it lists no more."""
        response = yield Request(path="/0/public/AssetPairs")
        return parse_products(response.body)

    def head(self, product: str) -> Steps[Head]:
        """Return the newest thousand: that is what comes without `since`."""
        response = yield Request(path=_TRADES, params={"pair": _pair(product)})
        page = parse_trades(response.body, product)
        return Head(positions=page.positions, times_ns=page.times_ns or ())

    def follow(self, product: str, token: str) -> Steps[Page]:
        """Return the trades after a token, at most a thousand."""
        response = yield Request(path=_TRADES, params={"pair": _pair(product), "since": token})
        page = parse_trades(response.body, product)
        _check_answers(page, product, token)
        return page

    def token_at(self, product: str, time_ns: int) -> Steps[str]:
        """Return a token a little before a time: times that pages show are exact to a microsecond only."""
        del product
        yield from ()
        # Less than that would be read as seconds; there were no trades then.
        since = time_ns - READABLE_NS
        return str(since) if since >= _LEAST_NS else "0"

    def classify(self, response: Response) -> Verdict:
        """Read `error` in the body: the status is 200 whatever happens, but for the CDN's own pages."""
        return verdict_of_errors(response.body) if response.status == _OK else super().classify(response)


def _pair(product: str) -> str:
    if _PRODUCT_ID.fullmatch(product) is None:
        msg = "not a Kraken pair"
        raise UnknownProduct(msg, expected="letters and digits, such as XXBTZUSD", found=repr(product[:60]))
    return product


def _check_answers(page: Page, product: str, token: str) -> None:
    """Refuse a page of another token: caches do hand them out."""
    if not token.isdecimal() or int(token) < _LEAST_NS or page.first_time_ns is None:
        return
    if page.first_time_ns + READABLE_NS < int(token):
        msg = "the page answers another question"
        found = f"a trade of {page.first_time_ns}"
        raise RetryableError(msg, where=product, expected=f"trades after {token}", found=found)
