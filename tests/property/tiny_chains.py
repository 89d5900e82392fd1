"""Tiny exchanges that cannot be asked by position: tokens that cut ties, sparse ids, windows that forget."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tiny_exchange import EPOCH_NS, SECOND_NS, TinyConnector, TinyExchange

from schemahub import (
    ConnectorConfig,
    Head,
    Ids,
    Page,
    Request,
    Response,
    TokenConnector,
    WindowConnector,
    lines,
)

if TYPE_CHECKING:
    from schemahub import Connector, Steps

LIMIT = 4
WINDOWS = (6.0, 20.0, 40.0)


@dataclass
class TiedExchange(TinyExchange):
    """Three trades share each time, and a token is a time: a page of four always ends in a tie."""

    kind: ClassVar[str] = "tied"

    def time_ns(self, position: int) -> int:
        return EPOCH_NS + (position - position % 3) * SECOND_NS

    def line(self, position: int) -> bytes:
        return json.dumps({"trade_id": position, "price": "1.10", "time_ns": self.time_ns(position)}).encode()

    def answer(self, request: Request) -> Response:
        self.requests += 1
        after = int(request.params.get("after", "0"))
        limit = int(request.params.get("limit", str(LIMIT)))
        found = [i for i in self.serve(1, self.head) if self.time_ns(i) > after][:limit]
        return self._reply(request, found, str(self.time_ns(found[-1])) if found else str(after))

    def _reply(self, request: Request, found: list[int], token: str) -> Response:
        rows = b", ".join(map(self.line, found))
        body = b'{"token": "%s", "rows": [%s]}' % (token.encode(), rows)
        return Response(request=request, status=200, headers={}, body=body)


@dataclass
class SparseExchange(TiedExchange):
    """Of any three ids one or two exist; a token is an id, and its trade comes again."""

    kind: ClassVar[str] = "sparse"

    def serve(self, first: int, last: int) -> list[int]:
        return [i for i in range(first, min(last, self.head) + 1) if i % 3 != 1 and i % 7]

    def answer(self, request: Request) -> Response:
        self.requests += 1
        params = request.params
        if "after" in params:
            found = [i for i in self.serve(1, self.head) if self.time_ns(i) >= int(params["after"])][:1]
        else:
            found = self.serve(int(params.get("from", "1")), self.head)
        found = found[: int(params.get("limit", str(LIMIT)))]
        return self._reply(request, found, str(found[-1]) if found else params.get("from", "1"))


@dataclass
class ForgetfulExchange(SparseExchange):
    """Serves the trades of the last seconds before its newest, and no others."""

    kind: ClassVar[str] = "forgetful"

    def answer(self, request: Request) -> Response:
        self.requests += 1
        seconds = int(float(request.params.get("seconds", str(WINDOWS[-1]))))
        newest = max(self.serve(1, self.head), default=0)
        since = self.time_ns(newest) - seconds * SECOND_NS
        found = [i for i in self.serve(1, self.head) if self.time_ns(i) > since]
        return self._reply(request, found, "")


class TiedConnector(TokenConnector):
    """Reads the tied exchange."""

    name = "tiny"
    ids: ClassVar[Ids] = Ids.DENSE
    page_limit = LIMIT
    Config = ConnectorConfig

    products = TinyConnector.products

    def head(self, product: str) -> Steps[Head]:
        page = yield from self._ask(product, limit="1000000")
        return Head(positions=page.positions, times_ns=page.times_ns or ())

    def follow(self, product: str, token: str) -> Steps[Page]:
        return (yield from self._ask(product, after=token))

    def token_at(self, product: str, time_ns: int) -> Steps[str]:
        yield from ()
        del product
        return str(time_ns - 1)

    def _ask(self, product: str, **params: str) -> Steps[Page]:
        del product
        response = yield Request(path="/trades", params=params)
        return _page(response.body)


class SparseConnector(TiedConnector):
    """Reads the sparse exchange."""

    ids: ClassVar[Ids] = Ids.SPARSE

    def follow(self, product: str, token: str) -> Steps[Page]:
        return (yield from self._ask(product, **{"from": token}))

    def token_at(self, product: str, time_ns: int) -> Steps[str]:
        page = yield from self._ask(product, after=str(time_ns))
        return str(page.positions[0]) if page.positions else str(10**9)


class ForgetfulConnector(WindowConnector):
    """Reads the forgetful exchange."""

    name = "tiny"
    page_limit = 1_000
    Config = ConnectorConfig
    windows = WINDOWS

    products = TinyConnector.products

    def head(self, product: str) -> Steps[Head]:
        page = yield from self.recent(product, WINDOWS[0])
        return Head(positions=page.positions, times_ns=page.times_ns or ())

    def recent(self, product: str, seconds: float) -> Steps[Page]:
        del product
        response = yield Request(path="/trades", params={"seconds": str(seconds)})
        return _page(response.body)


def chained(exchange: TinyExchange) -> Connector:
    """Return the connector that reads an exchange."""
    kinds: dict[type[TinyExchange], type[Connector]] = {
        TinyExchange: TinyConnector,
        TiedExchange: TiedConnector,
        SparseExchange: SparseConnector,
        ForgetfulExchange: ForgetfulConnector,
    }
    config = ConnectorConfig(base_url="tiny:", requests_per_second=1, burst=1, settle_seconds=0)
    return kinds[type(exchange)](config)


def _page(body: bytes) -> Page:
    token = json.loads(body)["token"]
    trades = lines(body[body.index(b"[") : body.rindex(b"]") + 1])
    rows = [json.loads(line) for line in trades]
    times = [row["time_ns"] for row in rows]
    return Page(
        positions=[row["trade_id"] for row in rows],
        lines=trades,
        first_time_ns=times[0] if times else None,
        last_time_ns=times[-1] if times else None,
        times_ns=times,
        next_token=token or None,
    )
