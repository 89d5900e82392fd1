"""A proxy before a server that notes each request: what was asked, how many bytes went, and when."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from asked import Asked, asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OWN = {"connection", "keep-alive", "transfer-encoding", "expect", "content-length"}
_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One answered request; times are of one monotonic clock, bytes those of the bodies."""

    asked: Asked
    target: str
    status: int
    sent: int
    received: int
    began: float
    ended: float


@dataclass
class Recorder:
    """What went through the proxy, in the order of the answers."""

    url: str = ""
    """Where the proxy listens."""
    before: Callable[[Asked, str], object] = lambda *_: None
    """Called with each request before it is passed on: to hold it up, or to count."""
    _records: list[Record] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, record: Record) -> None:
        """Note a request."""
        with self._lock:
            self._records.append(record)

    def take(self) -> list[Record]:
        """Return what was noted since the last time."""
        with self._lock:
            taken, self._records = self._records, []
        return taken


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    recorder: Recorder
    upstream: str

    def _handle(self) -> None:
        began = time.monotonic()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        found = asked(self.command, self.path, headers, body)
        self.recorder.before(found, self.path)
        reply, data = self._forward(headers, body)
        self.recorder.add(
            Record(
                asked=found,
                target=self.path,
                status=reply.status,
                sent=len(body),
                received=len(data),
                began=began,
                ended=time.monotonic(),
            )
        )
        self._reply(reply, data)

    def _forward(self, headers: dict[str, str], body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        # A fresh connection each time: the server may just be closing one that was kept.
        with contextlib.closing(
            http.client.HTTPConnection(self.upstream, timeout=_TIMEOUT_SECONDS)
        ) as connection:
            connection.request(self.command, self.path, body or None, headers)
            reply = connection.getresponse()
            return reply, reply.read()

    def _reply(self, reply: http.client.HTTPResponse, data: bytes) -> None:
        self.send_response_only(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in _OWN:
                self.send_header(name, value)
        length = reply.getheader("Content-Length", "0") if self.command == "HEAD" else str(len(data))
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _handle  # noqa: N815 - the standard library's names

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the standard library's
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: Any) -> None:  # noqa: ANN401 - the standard library's
        return  # a client that gave up is no news


@contextlib.contextmanager
def recording(upstream: str) -> Iterator[Recorder]:
    """Run the proxy for the block; return what it notes."""
    recorder = Recorder()
    kind = type("Handler", (_Handler,), {"recorder": recorder, "upstream": urlsplit(upstream).netloc})
    server = _Server(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        recorder.url = f"http://127.0.0.1:{server.server_port}"
        yield recorder
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
