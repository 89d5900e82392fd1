"""The invented exchange: it serves by id, from a time on, and the newest seconds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

import schemahub
from schemahub.testing import Dialect, Knobs, ProductSpec
from schemahub.testing.simulator import json_body, sparse_id
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.testing.simulator import Asked, SimResponse, Trade

_LIMIT = 100


class HostileDialect(Dialect):
    """Rows are objects, newest first; consecutive ids; microseconds; products without a separator."""

    name: ClassVar[str] = "hostile"
    default_products: ClassVar[Sequence[ProductSpec]] = (
        ProductSpec(id="AAABBBB", base="AAA", quote="BBBB", trades=500, history_seconds=40_000),
        ProductSpec(id="NEWBBBB", base="NEW", quote="BBBB", trades=0),
        ProductSpec(id="OLDBBBB", base="OLD", quote="BBBB", trades=20, status="delisted"),
    )
    default_knobs: ClassVar[Knobs] = Knobs(max_age_seconds=0, requests_per_second=10, burst=10)

    def line(self, trade: Trade) -> bytes:
        """Print an object, with a blank behind each comma; the side is the maker's."""
        row = {"id": trade.id, "time": ns_to_iso(trade.time_ns), "price": trade.price, "size": trade.size}
        return json.dumps({**row, "side": trade.side}).encode()

    def answer(self, asked: Asked) -> SimResponse | None:
        """Answer the product list and four ways to ask for trades."""
        match asked.parts:
            case ["products"]:
                return json_body(json.dumps([_listed(spec) for spec in self.products]).encode())
            case ["trades", product] if market := asked.market(product):
                rows = market.from_id(asked.whole("from") or 0, asked.limit("limit", _LIMIT, _LIMIT))
            case ["newest", product] if market := asked.market(product):
                rows = market.newest(asked.limit("limit", _LIMIT, _LIMIT))
            case ["after", product] if market := asked.market(product):
                rows = market.from_time((asked.whole("ns") or 0) + 1, asked.limit("limit", _LIMIT, _LIMIT))
            case ["recent", product] if market := asked.market(product):
                rows = market.since(asked.now_ns - (asked.whole("seconds") or 0) * 10**9)
            case _:
                return None
        return json_body(b"[" + b", ".join(row.line for row in reversed(rows)) + b"]")

    def error(self, status: int, text: str) -> SimResponse:
        """Answer `{"error": ...}`."""
        return json_body(json.dumps({"error": text}).encode(), status)


class SparseDialect(HostileDialect):
    """The same with ids that leave out most numbers."""

    def trade_id(self, index: int) -> int:
        """Leave out some, never the same number of them."""
        return sparse_id(index, stride=5)


def _listed(spec: ProductSpec) -> dict[str, object]:
    base, quote = spec.pair
    return {"id": spec.id, "base": base, "quote": quote, "live": spec.status == "online"}


@schemahub.hookimpl
def schemahub_simulator() -> type[HostileDialect]:
    """Hand over the exchange."""
    return HostileDialect
