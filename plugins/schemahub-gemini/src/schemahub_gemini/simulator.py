"""How a simulated Gemini speaks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from schemahub.testing import Dialect, Knobs, ProductSpec
from schemahub.testing.simulator import json_body, sparse_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.testing.simulator import Asked, Row, Shown, SimResponse, Trade

_DAY_SECONDS = 86_400
_SECOND, _MILLISECOND = 10**9, 10**6
_LEAST_MS = 10**11
_REASONS = {404: "EndpointNotFound", 429: "RateLimit", 503: "Maintenance"}


class GeminiDialect(Dialect):
    """Sparse ids beyond 2^51, seven days of history, pages that begin right behind what is asked for.

    With `odd_every`, one trade of so many is an auction's or a block's, which has no taker.
    """

    name: ClassVar[str] = "gemini"
    default_products: ClassVar[Sequence[ProductSpec]] = (
        ProductSpec(id="btcusd"),
        ProductSpec(id="ethgusd", base="ETH", quote="GUSD", price="2000"),
        ProductSpec(id="dogeusd", base="DOGE", quote="USD", price="0.1"),
    )
    default_knobs: ClassVar[Knobs] = Knobs(
        requests_per_second=2.0, burst=5.0, max_age_seconds=0, max_limit=500, reach_seconds=7.0 * _DAY_SECONDS
    )

    def __init__(self, knobs: Knobs, products: Sequence[ProductSpec], odd_every: int = 0) -> None:
        """Keep how often a trade is odd."""
        super().__init__(knobs, products)
        self._odd_every = odd_every

    def line(self, trade: Trade) -> bytes:
        """Spell a trade as recorded in 2020."""
        odd = self._odd_every and trade.id % self._odd_every == 0
        row = {
            "timestamp": trade.time_ns // _SECOND,
            "timestampms": trade.time_ns // _MILLISECOND,
            "tid": trade.id,
            "price": trade.price,
            "amount": trade.size,
            "exchange": "gemini",
            "type": ("auction" if trade.side == "buy" else "block") if odd else trade.taker,
        }
        return json.dumps(row, separators=(",", ":")).encode()

    def trade_id(self, index: int) -> int:
        """Leave most ids to other products."""
        return sparse_id(index, stride=1_009, base=2_840_140_830_000_000)

    def moment(self, time_ns: int) -> int:
        """Keep milliseconds."""
        return time_ns - time_ns % _MILLISECOND

    def answer(self, asked: Asked) -> SimResponse | None:
        """Answer `/v1/trades/{symbol}`, `/v1/symbols` and `/v1/symbols/details/all`."""
        match asked.parts:
            case ["v1", "symbols"]:
                return json_body(json.dumps([spec.id for spec in self.products]).encode())
            case ["v1", "symbols", "details", "all"]:
                return json_body(json.dumps([*map(_listed, self.products), _PERPETUAL]).encode())
            case ["v1", "trades", symbol]:
                market = asked.market(symbol.lower())
                return self._trades(asked, market) if market else _failed(400, "InvalidSymbol")
        return None

    def error(self, status: int, text: str) -> SimResponse:
        """Give a reason."""
        return _failed(status, _REASONS.get(status, "System"), text)

    def _trades(self, asked: Asked, market: Shown) -> SimResponse:
        limit = asked.limit("limit_trades", 50, self.knobs.max_limit)
        tid, time = asked.whole("since_tid"), asked.whole("timestamp") or asked.whole("since")
        if tid is not None:
            return _page(market.from_id(tid + 1, limit))
        if time is None:
            return _page(market.newest(limit))
        after_ns = time * (_SECOND if time < _LEAST_MS else _MILLISECOND)
        if after_ns < asked.now_ns - 90 * _DAY_SECONDS * _SECOND:
            return _failed(400, "InvalidTimestamp", "more than 90 days ago")
        return _page(market.from_time(after_ns + 1, limit))


_PERPETUAL = {
    "symbol": "BTCGUSDPERP",
    "base_currency": "BTC",
    "quote_currency": "GUSD",
    "status": "open",
    "product_type": "swap",
}


def _listed(spec: ProductSpec) -> dict[str, object]:
    base, quote = (currency.upper() for currency in spec.pair)
    status = "open" if spec.status == "online" else "closed"
    own = {"symbol": spec.id.upper(), "base_currency": base, "quote_currency": quote}
    return {**own, "tick_size": 1e-8, "status": status, "product_type": "spot"}


def _page(rows: Sequence[Row]) -> SimResponse:
    return json_body(b"[" + b",".join(row.line for row in reversed(rows)) + b"]")


def _failed(status: int, reason: str, text: str = "") -> SimResponse:
    body = {"result": "error", "reason": reason, "message": text}
    return json_body(json.dumps(body).encode(), status)
