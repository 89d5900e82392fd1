"""The simulated exchange as an httpx transport: what a socket would do, without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.testing.simulator.exchange import SimulatedExchange
    from schemahub.testing.simulator.responses import SimResponse


class InProcessTransport(httpx.BaseTransport):
    """Calls the engine; faults of the wire raise what httpx raises for them. Latency is not waited for."""

    def __init__(self, exchange: SimulatedExchange) -> None:
        """Stand before this exchange."""
        self._exchange = exchange

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path, _, query = request.url.raw_path.decode().partition("?")
        headers = {name.lower(): value for name, value in request.headers.items()}
        client = headers.get("x-sim-client", "in-process")
        reply = self._exchange.handle(request.method, path, query, headers, client)
        if reply.transport_fault == "reset_before":
            msg = "connection reset by the simulated exchange"
            raise httpx.ReadError(msg, request=request)
        if reply.transport_fault == "slow":
            msg = "the simulated exchange dribbles"
            raise httpx.ReadTimeout(msg, request=request)
        length = {"Content-Length": str(len(reply.body))}
        return httpx.Response(reply.status, headers={**reply.headers, **length}, stream=_Body(reply, request))


class _Body(httpx.SyncByteStream):
    def __init__(self, reply: SimResponse, request: httpx.Request) -> None:
        self._reply = reply
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        fault, body = self._reply.transport_fault, self._reply.body
        if fault == "reset_after_headers":
            msg = "connection reset by the simulated exchange"
            raise httpx.ReadError(msg, request=self._request)
        if fault == "truncated":
            yield body[: len(body) // 2]
            msg = "peer closed connection without sending complete message body"
            raise httpx.RemoteProtocolError(msg, request=self._request)
        yield body
