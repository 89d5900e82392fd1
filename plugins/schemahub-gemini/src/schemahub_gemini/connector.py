"""Requests to Gemini, and what its answers mean.

Source of the facts: developer.gemini.com, REST API ("List Trades", "Get Symbol Details", "Rate Limits",
"Error Codes"), and recorded traffic of 2014 to 2022.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import Field

from schemahub import ConnectorConfig, Head, Ids, Request, TokenConnector
from schemahub.errors import PermanentError, RetryableError, UnknownProduct
from schemahub_gemini.errors import verdict_of
from schemahub_gemini.products import parse_products
from schemahub_gemini.trades import parse_trades

if TYPE_CHECKING:
    from typing import ClassVar

    from schemahub import Page, Product, Response, Steps, Verdict

_SYMBOL = re.compile(r"[A-Za-z0-9]+")
_FIRST = "0"
_MILLISECOND = 1_000_000
_WEEK_SECONDS = 7 * 86_400.0


class GeminiConfig(ConnectorConfig):
    """Settings; the defaults are what is documented for one public address."""

    base_url: str = Field(default="https://api.gemini.com", min_length=1)
    # 120 a minute are allowed; "we recommend that you do not exceed 1 request per second".
    requests_per_second: float = Field(default=1.0, gt=0)
    burst: float = Field(default=1.0, ge=1)


class Gemini(TokenConnector):
    """Trade ids ascend, but one sequence serves all products: most ids are another's, or no trade at all.

    The token is a trade's id. What follows it begins with that trade itself, by which the core knows that
    nothing lies between two pages.
    """

    name: ClassVar[str] = "gemini"
    ids: ClassVar[Ids] = Ids.SPARSE
    page_limit: ClassVar[int] = 500
    reach_seconds: ClassVar[float | None] = _WEEK_SECONDS
    Config: ClassVar[type[ConnectorConfig]] = GeminiConfig

    def products(self) -> Steps[tuple[Product, ...]]:
        """Return all spot markets; perpetual contracts are none."""
        response = yield Request(path="/v1/symbols/details/all")
        return parse_products(response.body)

    def head(self, product: str) -> Steps[Head]:
        """Return the newest page."""
        response = yield self._trades(product)
        page = parse_trades(response.body, product)
        return Head(positions=page.positions, times_ns=page.times_ns or ())

    def follow(self, product: str, token: str) -> Steps[Page]:
        """Return the trade of a token, if it is still served, and those after it."""
        first = int(token)
        # `since_tid` is exclusive; 0 asks for the oldest trades that there are.
        response = yield self._trades(product, since_tid=str(max(0, first - 1)))
        page = parse_trades(response.body, product, token)
        if page.positions and page.positions[0] < first:
            msg = "the page answers another question"
            found = str(page.positions[0])
            raise RetryableError(msg, where=product, expected=f"ids from {first} on", found=found)
        return page

    def token_at(self, product: str, time_ns: int) -> Steps[str]:
        """Ask which trade is the first from a time on; where there is none, return the newest of all."""
        before = time_ns // _MILLISECOND - 1
        if before <= 0:
            return _FIRST
        try:
            response = yield self._trades(product, timestamp=str(before))
        except UnknownProduct:
            raise
        except PermanentError:
            # A time of more than 90 days ago is refused: all that is served is younger.
            return _FIRST
        page = parse_trades(response.body, product)
        if not page.positions:
            response = yield self._trades(product)
            page = parse_trades(response.body, product)
            return str(page.positions[-1]) if page.positions else _FIRST
        return str(page.positions[0])

    def classify(self, response: Response) -> Verdict:
        """Read the reason in an error's body, besides the status."""
        return verdict_of(response, super().classify(response))

    def _trades(self, product: str, **params: str) -> Request:
        if _SYMBOL.fullmatch(product) is None:
            msg = "not a Gemini symbol"
            raise UnknownProduct(msg, expected="letters and digits, such as btcusd", found=repr(product[:60]))
        return Request(
            path=f"/v1/trades/{product.lower()}", params={"limit_trades": str(self.page_limit), **params}
        )
