"""A proxy before the server that loses requests and replies as a test tells it to."""

from __future__ import annotations

import enum
import http.client
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OWN = {"connection", "keep-alive", "transfer-encoding", "expect"}


class Fate(enum.Enum):
    """What becomes of one request."""

    PASS = "it is answered"  # noqa: S105 - no password
    LOSE_REQUEST = "it never arrives"
    LOSE_REPLY = "it takes effect, and the connection breaks"
    FAIL_BEFORE = "the server says 503 and does nothing"
    FAIL_AFTER = "it takes effect, and the server says 500"
    CUT_BODY = "the reply's body breaks off in the middle"
    SLOW_DOWN = "the server asks for less and does nothing"
    REFUSE = "the server refuses it as `Plan.refusal` says"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that the server itself would not give, spelt as S3 or DynamoDB spell it."""

    status: int
    code: str
    message: str = "because"
    headers: dict[str, str] = field(default_factory=dict)

    def body(self, seen: Seen) -> bytes:
        """Return the reply's body."""
        if seen.action:
            return json.dumps({"__type": f"com.amazonaws#{self.code}", "message": self.message}).encode()
        return f"<Error><Code>{self.code}</Code><Message>{self.message}</Message></Error>".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request that came by."""

    method: str
    path: str
    headers: dict[str, str]
    action: str
    """DynamoDB's name of the operation; empty for S3."""


def slow_down(seen: Seen) -> Refusal:
    """Return how a service says that it is asked for too much."""
    return (
        Refusal(status=400, code="ThrottlingException")
        if seen.action
        else Refusal(status=503, code="SlowDown")
    )


@dataclass
class Plan:
    """The fates of the next requests that `concerns`; all others pass."""

    url: str = ""
    """Where the proxy listens."""
    fates: list[Fate] = field(default_factory=list)
    concerns: Callable[[Seen], bool] = lambda _: True
    meanwhile: Callable[[], object] = lambda: None
    """What a rival does after a request that did not pass."""
    refusal: Refusal = Refusal(status=400, code="Unknown")
    seen: list[Seen] = field(default_factory=list)
    answered: list[tuple[Seen, int]] = field(default_factory=list)
    """The requests that arrived, each with the status that the server gave it."""
    weather: Callable[[Seen], Fate] = lambda _: Fate.PASS
    """What becomes of requests that no fate was set for."""
    under_way: Callable[[Seen], object] = lambda _: None
    """What happens before a request arrives, if it does: it may take its time."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def lose(self, *fates: Fate, of: str = "", meanwhile: Callable[[], object] = lambda: None) -> None:
        """Set the fates of the next requests whose method, path or action contains `of`."""
        self.seen.clear()
        self.fates, self.meanwhile = list(fates), meanwhile
        self.concerns = lambda seen: of in f"{seen.method} {seen.path} {seen.action}"

    def refuse(self, refusal: Refusal, times: int = 1_000) -> None:
        """Refuse the next requests."""
        self.lose(*[Fate.REFUSE] * times)
        self.refusal = refusal

    def fate_of(self, seen: Seen) -> Fate:
        """Note a request, and decide on it."""
        with self.lock:
            if not self.concerns(seen):
                return Fate.PASS
            self.seen.append(seen)
            return self.fates.pop(0) if self.fates else self.weather(seen)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    plan: Plan
    upstream: str

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        action = headers.get("X-Amz-Target", "").rpartition(".")[2]
        seen = Seen(method=self.command, path=self.path, headers=headers, action=action)
        fate = self.plan.fate_of(seen)
        if fate is Fate.LOSE_REQUEST:
            self._hang_up()
        elif fate is Fate.FAIL_BEFORE:
            self._meanwhile()
            self._reply(503, {}, b"")
        elif fate in {Fate.REFUSE, Fate.SLOW_DOWN}:
            self._meanwhile()
            refusal = self.plan.refusal if fate is Fate.REFUSE else slow_down(seen)
            self._reply(refusal.status, refusal.headers, refusal.body(seen))
        else:
            self.plan.under_way(seen)
            status, *rest = self._forward(headers, body)
            self.plan.answered.append((seen, status))
            self._after(fate, status, *rest)

    def _after(self, fate: Fate, status: int, headers: dict[str, str], data: bytes) -> None:
        if fate is Fate.LOSE_REPLY:
            self._hang_up()
        elif fate is Fate.FAIL_AFTER:
            self._meanwhile()
            self._reply(500, {}, b"")
        elif fate is Fate.CUT_BODY:
            self._reply(status, headers, data, sent=len(data) // 2)
            self._hang_up()
        else:
            self._reply(status, headers, data)

    def _forward(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.upstream, timeout=30)
        try:
            connection.request(self.command, self.path, body or None, headers)
            reply = connection.getresponse()
            data = reply.read()
            return reply.status, dict(reply.getheaders()), data
        finally:
            connection.close()

    def _reply(self, status: int, headers: dict[str, str], data: bytes, sent: int | None = None) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in _OWN | {"content-length"}:
                self.send_header(name, value)
        length = headers.get("Content-Length", len(data)) if self.command == "HEAD" else len(data)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[:sent])

    def _hang_up(self) -> None:
        self._meanwhile()
        self.close_connection = True

    def _meanwhile(self) -> None:
        self.plan.meanwhile()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _handle  # noqa: N815 - the standard library's names

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the standard library's
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:  # noqa: ANN401 - the standard library's
        return  # a client that gave up is no news


@contextmanager
def lossy(upstream: str) -> Iterator[Plan]:
    """Run the proxy for the block; return the plan to write into."""
    plan = Plan()
    kind = type("Handler", (_Handler,), {"plan": plan, "upstream": urlsplit(upstream).netloc})
    server = _Server(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        plan.url = f"http://127.0.0.1:{server.server_port}"
        yield plan
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
