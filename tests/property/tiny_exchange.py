"""An exchange small enough to enumerate: a head that grows, holes that appear and heal, a connector."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from schemahub import Connector, ConnectorConfig, Head, Page, Request, Response, lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub import Product, Span, Steps

T = TypeVar("T")

SECOND_NS = 1_000_000_000
EPOCH_NS = 1_700_000_000 * SECOND_NS


@dataclass
class TinyExchange:
    """Trades 1..head, one a second; `missing` ones are not served until they heal."""

    head: int = 0
    missing: set[int] = field(default_factory=set)
    requests: int = 0

    def line(self, position: int) -> bytes:
        time_ns = EPOCH_NS + position * SECOND_NS
        return json.dumps({"trade_id": position, "price": f"{position}.10", "time_ns": time_ns}).encode()

    def serve(self, first: int, last: int) -> list[int]:
        return [i for i in range(first, min(last, self.head) + 1) if i not in self.missing]

    def present(self) -> set[int]:
        return set(self.serve(1, self.head))

    def answer(self, request: Request) -> Response:
        self.requests += 1
        first, last = int(request.params["first"]), int(request.params["last"])
        body = b"[" + b", ".join(self.line(i) for i in self.serve(first, last)) + b"]"
        return Response(request=request, status=200, headers={}, body=body)


class TinyConnector(Connector):
    """Pages of four positions."""

    name = "tiny"
    page_limit = 4
    forgets = True
    Config = ConnectorConfig

    def products(self) -> Steps[tuple[Product, ...]]:
        yield Request(path="/products")
        return ()

    def head(self, product: str) -> Steps[Head]:
        del product
        response = yield Request(path="/trades", params={"first": "1", "last": str(10**9)})
        rows = [json.loads(line) for line in lines(response.body)]
        return Head(positions=[row["trade_id"] for row in rows], times_ns=[row["time_ns"] for row in rows])

    def page(self, product: str, span: Span) -> Steps[Page]:
        del product
        params = {"first": str(span.first), "last": str(span.last)}
        response = yield Request(path="/trades", params=params)
        body = lines(response.body)
        rows = [json.loads(line) for line in body]
        if not rows:
            return Page(positions=(), lines=())
        return Page(
            positions=[row["trade_id"] for row in rows],
            lines=body,
            first_time_ns=rows[0]["time_ns"],
            last_time_ns=rows[-1]["time_ns"],
        )


class Wire:
    """A sender without a network; each request goes through `io`, which may fail instead."""

    def __init__(self, exchange: TinyExchange, io: Callable[[Callable[[], Response]], Response]) -> None:
        self._exchange = exchange
        self._io = io

    def drive(self, steps: Steps[T]) -> T:
        response: Response | None = None
        while True:
            try:
                request = next(steps) if response is None else steps.send(response)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]  # StopIteration is not generic
            response = self._io(partial(self._exchange.answer, request))

    def call(self, start: Callable[[], Steps[T]]) -> T:
        return self.drive(start())


def tiny_connector() -> TinyConnector:
    return TinyConnector(ConnectorConfig(base_url="tiny:", requests_per_second=1, burst=1, settle_seconds=0))
