"""The least that an exchange can be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from schemahub.testing import Dialect, Knobs, ProductSpec
from schemahub.testing.simulator import json_body, sparse_id

if TYPE_CHECKING:
    from schemahub.testing.simulator import Asked, SimResponse, Trade


class PlainDialect(Dialect):
    """Sparse ids, whole seconds, an hour of history, a search that weighs three."""

    name = "plain"
    default_products = (ProductSpec(id="BTC-USD", trades=2_000, history_seconds=7_200),)
    default_knobs = Knobs(requests_per_second=10, burst=5, max_age_seconds=0, reach_seconds=3_600)

    def line(self, trade: Trade) -> bytes:
        row = {"id": trade.id, "s": trade.time_ns // 10**9, "price": trade.price, "amount": trade.size}
        return json.dumps({**row, "side": trade.taker}).encode()

    def answer(self, asked: Asked) -> SimResponse | None:
        match asked.parts:
            case ["trades", product] if market := asked.market(product):
                rows = market.from_id(asked.whole("from") or 0, asked.limit("limit", 50, 100))
            case ["newest", product] if market := asked.market(product):
                rows = market.newest(asked.limit("limit", 50, 100))
            case ["since", product, second] if market := asked.market(product):
                rows = market.since(int(second) * 10**9)
            case _:
                return None
        return json_body(b"[" + b",".join(row.line for row in rows) + b"]")

    def error(self, status: int, text: str) -> SimResponse:
        return json_body(json.dumps({"oops": text}).encode(), status)

    def weight(self, asked: Asked) -> float:
        return 3.0 if asked.parts[0] == "since" else 1.0

    def trade_id(self, index: int) -> int:
        return sparse_id(index, stride=10, base=2**53)

    def moment(self, time_ns: int) -> int:
        return time_ns - time_ns % 10**9
