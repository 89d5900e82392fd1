"""How a simulated Kraken speaks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, ClassVar

from schemahub.testing import Dialect, Knobs, ProductSpec
from schemahub.testing.simulator import json_body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.testing.simulator import Asked, Row, SimResponse, Trade

_LEAST_NS = 10**12
_SECOND = 10**9
_ERRORS = {404: "EGeneral:Unknown method", 429: "EGeneral:Too many requests"}


class KrakenDialect(Dialect):
    """Consecutive ids, times of nanoseconds that are shown as floats, errors with status 200.

    `since` is exclusive: a page that ends between trades of one time leaves the others out. With six
    `fields`, rows are those of the years without ids.
    """

    name: ClassVar[str] = "kraken"
    default_products: ClassVar[Sequence[ProductSpec]] = (
        ProductSpec(id="XXBTZUSD", base="XBT", quote="USD"),
        ProductSpec(id="XETHZEUR", base="ETH", quote="EUR", price="2000"),
        ProductSpec(id="XDGUSD", base="XDG", quote="USD", price="0.1"),
    )
    default_knobs: ClassVar[Knobs] = Knobs(requests_per_second=1.0, burst=3.0, max_age_seconds=0)
    size: ClassVar[re.Pattern[bytes]] = re.compile(rb'^(\["[^"]*",")[\d.]+')

    def __init__(self, knobs: Knobs, products: Sequence[ProductSpec], fields: int = 7) -> None:
        """Keep what rows look like."""
        super().__init__(knobs, products)
        self._fields = fields
        self._ids = {name: spec.id for spec in products for name in (spec.id, "".join(spec.pair))}

    def line(self, trade: Trade) -> bytes:
        """Print the time from a float, which is what Kraken does."""
        seconds = f"{trade.time_ns / _SECOND:.7f}".rstrip("0").rstrip(".")
        side = trade.taker[0]
        fields = (f'"{trade.price}"', f'"{trade.size}"', seconds, f'"{side}"', '"l"', '""', str(trade.id))
        return f"[{','.join(fields[: self._fields])}]".encode()

    def moment(self, time_ns: int) -> int:
        """Add three digits that follow from the microsecond."""
        return time_ns - time_ns % 1_000 + time_ns // 1_000 * 7_919 % 1_000

    def answer(self, asked: Asked) -> SimResponse | None:
        """Answer `/0/public/Trades` and `/0/public/AssetPairs`."""
        match asked.parts:
            case ["0", "public", "AssetPairs"]:
                return _reply({spec.id: _listed(spec) for spec in self.products} | _DARK_POOL)
            case ["0", "public", "Trades"]:
                return self._trades(asked)
        return None

    def error(self, status: int, text: str) -> SimResponse:
        """Say it in the body; the status is always 200."""
        del text
        return _failed(_ERRORS.get(status, "EService:Unavailable"))

    def _trades(self, asked: Asked) -> SimResponse:
        product = self._ids.get(asked.params.get("pair", "").upper(), "")
        market = asked.market(product)
        if market is None:
            return _failed("EQuery:Unknown asset pair")
        limit, since = asked.limit("count", 1_000, self.knobs.max_limit), asked.whole("since")
        if since is None:
            return _page(product, market.newest(limit), 0)
        exact = since * _SECOND if since < _LEAST_NS else since
        return _page(product, market.from_time(exact + 1, limit), since)


_DARK_POOL = {"XXBTZUSD.d": {"altname": "XBTUSD.d", "base": "XXBT", "quote": "ZUSD"}}


def _listed(spec: ProductSpec) -> dict[str, str]:
    base, quote = spec.pair
    status = "online" if spec.status == "online" else "cancel_only"
    return {"altname": base + quote, "wsname": f"{base}/{quote}", "status": status}


def _page(product: str, rows: Sequence[Row], since: int) -> SimResponse:
    trades = b",".join(row.line for row in rows)
    last = rows[-1].time_ns if rows else since
    return json_body(b'{"error":[],"result":{"%s":[%s],"last":"%d"}}' % (product.encode(), trades, last))


def _reply(result: object) -> SimResponse:
    return json_body(json.dumps({"error": [], "result": result}, separators=(",", ":")).encode())


def _failed(text: str) -> SimResponse:
    return json_body(json.dumps({"error": [text]}).encode())
