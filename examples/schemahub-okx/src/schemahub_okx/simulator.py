"""How a simulated OKX speaks: `schemahub simulate okx`, and the conformance tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from schemahub.testing.simulator import Dialect, Knobs, ProductSpec, SimResponse, json_body

if TYPE_CHECKING:
    from typing import ClassVar

    from schemahub.testing.simulator import Asked, Trade

_CODES = {404: "51001", 429: "50011", 400: "51000"}


class OkxDialect(Dialect):
    """Newest first, `after` an id exclusive, all values strings, errors by their code."""

    name: ClassVar[str] = "okx"
    default_products = (ProductSpec(id="BTC-USDT"), ProductSpec(id="ETH-USDT", price="2000"))
    default_knobs: ClassVar[Knobs] = Knobs(requests_per_second=10, burst=20, max_age_seconds=0)

    def line(self, trade: Trade) -> bytes:
        """Spell a trade; the engine's products have one price each, so the row names none."""
        row = {"side": trade.taker, "sz": trade.size, "px": trade.price, "tradeId": str(trade.id)}
        row |= {"ts": str(trade.time_ns // 1_000_000)}
        return json.dumps(row, separators=(",", ":")).encode()

    def moment(self, time_ns: int) -> int:
        """Keep milliseconds."""
        return time_ns // 1_000_000 * 1_000_000

    def answer(self, asked: Asked) -> SimResponse | None:
        """Answer the product list and pages of trades."""
        match asked.parts[2:]:
            case ["public", "instruments"]:
                return _enveloped([json.dumps(_listed(spec)).encode() for spec in self.products])
            case ["market", "history-trades"]:
                market = asked.market(asked.params.get("instId", ""))
                if market is None:
                    return self.error(404, "Instrument ID does not exist")
                limit, after = asked.limit("limit", 100, 100), asked.whole("after")
                rows = market.newest(limit) if after is None else market.before_id(after, limit)
                return _enveloped([row.line for row in reversed(rows)])
        return None

    def error(self, status: int, text: str) -> SimResponse:
        """Report an error: what a request has wrong comes with status 200."""
        body = {"code": _CODES.get(status, "50001"), "msg": text, "data": []}
        return json_body(json.dumps(body).encode(), 200 if status in {400, 404} else status)


def _enveloped(rows: list[bytes]) -> SimResponse:
    return json_body(b'{"code":"0","msg":"","data":[' + b",".join(rows) + b"]}")


def _listed(spec: ProductSpec) -> dict[str, str]:
    base, quote = spec.pair
    state = "live" if spec.status == "online" else "suspend"
    return {"instId": spec.id, "baseCcy": base, "quoteCcy": quote, "state": state}
