"""The simulated exchange on a socket of this machine."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from schemahub.testing.simulator.connection import Connection

if TYPE_CHECKING:
    from types import TracebackType

    from schemahub.testing.simulator.exchange import SimulatedExchange

_LOOPBACK = "127.0.0.1"


class SimulatorServer:
    """Serves an exchange on 127.0.0.1 alone, one thread a connection.

        with SimulatorServer(exchange) as server:
            httpx.get(f"{server.url}/products")

    Leaving the block closes every connection and waits for their threads: nothing stays behind.
    """

    def __init__(self, exchange: SimulatedExchange, port: int = 0) -> None:
        """Bind at once (port 0: any free one); `OSError` if the port is taken."""
        self.exchange = exchange
        self._listener = _Listener(exchange, port)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), name="simulator")

    @property
    def port(self) -> int:
        """Return the port bound."""
        return int(self._listener.server_address[1])

    @property
    def url(self) -> str:
        """Return what a connector's `base_url` is set to."""
        return f"http://{_LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        """Start serving."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self._listener.closing.set()
        self._listener.shutdown()
        self._listener.close_connections()
        self._listener.server_close()
        self._thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, exchange: SimulatedExchange, port: int) -> None:
        self.exchange = exchange
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((_LOOPBACK, port), Connection)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]  # never UDP here
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Wake the threads that wait for a client's next request."""
        with self._lock:
            for connection in self._open:
                # A client that has gone already leaves nothing to shut down.
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up: that is theirs to do."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # typeshed: socket | bytes pair
