"""One client's connection to the simulated exchange: HTTP/1.1, kept alive, spoilt on purpose where told."""

from __future__ import annotations

import gzip
import socket
import struct
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import threading

    from schemahub.testing.simulator.exchange import SimulatedExchange
    from schemahub.testing.simulator.responses import SimResponse

_WORTH_COMPRESSING_BYTES = 500
_DRIBBLES = 5
# SO_LINGER with no time: closing sends a reset instead of an orderly end.
_RESET = struct.pack("ii", 1, 0)


class Connection(BaseHTTPRequestHandler):
    """Hands each request to the engine and writes its reply in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer one request."""
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        client = headers.get("x-sim-client", self.client_address[0])
        reply = self._exchange.handle(self.command, path, query, headers, client)
        if reply.latency_seconds:
            self._closing.wait(reply.latency_seconds)
        self._send(reply, gzipped="gzip" in headers.get("accept-encoding", ""))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay silent: the engine keeps a journal."""

    @property
    def _exchange(self) -> SimulatedExchange:
        return cast("SimulatedExchange", self.server.exchange)  # type: ignore[attr-defined]  # set by the listener

    @property
    def _closing(self) -> threading.Event:
        return cast("threading.Event", self.server.closing)  # type: ignore[attr-defined]  # set by the listener

    def _send(self, reply: SimResponse, *, gzipped: bool) -> None:
        headers, body = dict(reply.headers), reply.body
        if gzipped and len(body) >= _WORTH_COMPRESSING_BYTES:
            headers["Content-Encoding"], body = "gzip", _gzip(body)
        headers["Content-Length"] = str(len(body))
        head = _head(reply.status, headers)
        match reply.transport_fault:
            case None:
                self.wfile.write(head + body)
            case "reset_before":
                self._reset()
            case "reset_after_headers":
                self.wfile.write(head)
                self._reset()
            case "truncated":
                self.wfile.write(head + body[: len(body) // 2])
                self.close_connection = True
            case "slow":
                self._dribble(head, body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.connection.close()
        self.close_connection = True

    def _dribble(self, head: bytes, body: bytes) -> None:
        self.wfile.write(head)
        for at in range(_DRIBBLES):
            self.wfile.write(body[at : at + 1])
            if self._closing.wait(self._exchange.knobs.slow_seconds / _DRIBBLES):
                break
        self.wfile.write(body[_DRIBBLES:])


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@lru_cache(maxsize=64)
def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=1, mtime=0)
