"""Coinbase Exchange: the public REST API, as recorded and documented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from schemahub.testing.simulator.coinbase.catalogue import DEFAULT_PRODUCTS, Catalogue
from schemahub.testing.simulator.coinbase.responses import HEADERS, json_response, message
from schemahub.testing.simulator.coinbase.trades_endpoint import trades
from schemahub.testing.simulator.dialect import Dialect
from schemahub.testing.simulator.knobs import Knobs
from schemahub.testing.simulator.trade_log import TradeLog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemahub.testing.simulator.asked import Asked
    from schemahub.testing.simulator.products import ProductSpec
    from schemahub.testing.simulator.responses import SimResponse
    from schemahub.testing.simulator.text import Trade

_SECOND = 1_000_000_000


class CoinbaseDialect(Dialect):
    """Rows in the style of an era, cursors in headers, a CDN; `catalogue` replaces the list of products.

    A product of the catalogue that has no trades serves none.
    """

    name: ClassVar[str] = "coinbase"
    default_products: ClassVar[Sequence[ProductSpec]] = DEFAULT_PRODUCTS
    default_knobs: ClassVar[Knobs] = Knobs()
    headers: ClassVar[Mapping[str, str]] = HEADERS

    def __init__(
        self, knobs: Knobs, products: Sequence[ProductSpec], catalogue: Catalogue | None = None
    ) -> None:
        """Keep what the answers are made from."""
        super().__init__(knobs, products)
        self._catalogue = catalogue or Catalogue.of(products)

    def line(self, trade: Trade) -> bytes:
        """Spell a trade in the style of the era."""
        return self.knobs.style.line(trade)

    def moment(self, time_ns: int) -> int:
        """Cut off what the era did not print."""
        return self.knobs.style.moment(time_ns)

    def read(self, line: bytes) -> tuple[int, int]:
        """Read a recorded row of any era."""
        return self.knobs.style.read(line)

    def answer(self, asked: Asked) -> SimResponse | None:
        """Answer `/products`, `/products/{id}`, `/products/{id}/trades` and `/time`."""
        if not asked.headers.get("user-agent"):
            return message(400, "User-Agent header is required.")
        if asked.method != "GET":
            return message(405, "Method not allowed")
        return self._found(asked) or message(404, self.knobs.not_found_message)

    def error(self, status: int, text: str) -> SimResponse:
        """Put the text into a message."""
        return message(status, text)

    def cacheable(self, asked: Asked) -> bool:
        """Let the CDN repeat everything but the time."""
        return asked.path != "/time"

    def _found(self, asked: Asked) -> SimResponse | None:
        match asked.parts:
            case ["products"]:
                return json_response(200, self._catalogue.body)
            case ["products", product] if (known := self._known(product)) is not None:
                return json_response(200, self._catalogue.entry(known))
            case ["products", product, "trades"] if (log := self._log(asked, product)) is not None:
                return trades(log, asked.query, self.knobs, short=asked.short)
            case ["time"]:
                skew_ns = int(self.knobs.clock_skew_seconds * _SECOND)
                return json_response(200, _time_body(asked.now_ns + skew_ns))
        return None

    def _known(self, product: str) -> str | None:
        known = product.upper() if self.knobs.ignore_case else product
        return known if known in self._catalogue else None

    def _log(self, asked: Asked, product: str) -> TradeLog | None:
        known = self._known(product)
        if known is None:
            return None
        if self.knobs.delisted == "missing" and self._catalogue.status(known) == "delisted":
            return None
        market = asked.market(known)
        return market.log if market else TradeLog()


def _time_body(now_ns: int) -> bytes:
    now = datetime.fromtimestamp(now_ns / _SECOND, UTC)
    iso = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"iso": iso, "epoch": round(now.timestamp(), 3)}, separators=(",", ":")).encode()
