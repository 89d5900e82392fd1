"""How a simulated Bitstamp speaks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from schemahub.testing import Dialect, Knobs, ProductSpec
from schemahub.testing.simulator import json_body, sparse_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.testing.simulator import Asked, SimResponse, Trade

_SECOND = 10**9
_WINDOWS = {"minute": 60, "hour": 3_600, "day": 86_400}


class BitstampDialect(Dialect):
    """Windows of the exchange's clock, newest first; ids with holes, whole seconds, everything in quotes."""

    name: ClassVar[str] = "bitstamp"
    default_products: ClassVar[Sequence[ProductSpec]] = (
        ProductSpec(id="btcusd", trades=20_000),
        ProductSpec(id="ethusdc", base="ETH", quote="USDC", price="2000", trades=10_000),
        ProductSpec(id="xrpeur", price="0.5", trades=500),
    )
    default_knobs: ClassVar[Knobs] = Knobs(
        requests_per_second=400.0, burst=400.0, slow_limit=10_000, max_age_seconds=0, reach_seconds=86_400.0
    )

    def line(self, trade: Trade) -> bytes:
        """Spell a trade as recorded in 2019."""
        row = {
            "date": str(trade.time_ns // _SECOND),
            "tid": str(trade.id),
            "price": trade.price,
            "type": "0" if trade.taker == "buy" else "1",
            "amount": trade.size,
        }
        return json.dumps(row).encode()

    def trade_id(self, index: int) -> int:
        """Leave most ids to orders and other products."""
        return sparse_id(index, stride=17, base=90_000_000)

    def moment(self, time_ns: int) -> int:
        """Keep whole seconds."""
        return time_ns - time_ns % _SECOND

    def answer(self, asked: Asked) -> SimResponse | None:
        """Answer `/api/v2/transactions/{pair}/` and `/api/v2/trading-pairs-info/`."""
        match asked.parts:
            case ["api", "v2", "trading-pairs-info"]:
                return json_body(json.dumps([*map(_listed, self.products)]).encode())
            case ["api", "v2", "transactions", pair] if market := asked.market(pair):
                seconds = _WINDOWS.get(asked.params.get("time", "hour"))
                if seconds is None:
                    return self.error(400, "Invalid time")
                rows = market.since(asked.now_ns - seconds * _SECOND)
                return json_body(b"[" + b", ".join(row.line for row in reversed(rows)) + b"]")
        return None

    def error(self, status: int, text: str) -> SimResponse:
        """Give a reason and a code."""
        body = {"status": "error", "reason": text, "code": f"API{status:04d}"}
        return json_body(json.dumps(body).encode(), status)

    def refusal(self, asked: Asked, reason: str) -> SimResponse:
        """Refuse with a 400 and a code of its own."""
        del asked, reason
        body = {"response_code": "400.002", "response_explanation": "Request rate limit exceeded."}
        return json_body(json.dumps(body).encode(), 400)


def _listed(spec: ProductSpec) -> dict[str, object]:
    base, quote = (currency.upper() for currency in spec.pair)
    trading = "Enabled" if spec.status == "online" else "Disabled"
    return {"name": f"{base}/{quote}", "url_symbol": spec.id, "base_decimals": 8, "trading": trading}
