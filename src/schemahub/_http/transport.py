"""One request out, one answer in, on httpx; every failure is a `RetryableError`."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx

from schemahub._http.body import read_body
from schemahub._http.connections import Connections
from schemahub.errors import Cancelled, ConfigError, PermanentError, RetryableError
from schemahub.model import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from schemahub._clock import Stop
    from schemahub.model import Request
    from schemahub.settings import HttpSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer whose body is still on its way, as it was sent: not decompressed."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterable[bytes]


class Transport:
    """Sends requests to one host, without retries and without limits of its own.

    It stands on httpx's transports and not on its `Client`, which spends a third of a millisecond a page on
    cookies, redirects and authentication that no public endpoint needs.
    """

    def __init__(
        self,
        base_url: str,
        settings: HttpSettings,
        stop: Stop,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Prepare what all requests share; nothing is opened yet."""
        url = _checked(base_url)
        self.host = url.netloc.decode("ascii")
        self._base_url = base_url.rstrip("/")
        self._base_path = url.path.rstrip("/")
        self._settings = settings
        self._stop = stop
        self._connections = Connections(url, settings, transport)
        self._headers = httpx.Headers(
            {
                "host": self.host,
                "user-agent": settings.user_agent,
                "accept": "*/*",
                "accept-encoding": "gzip",
                "connection": "keep-alive",
            }
        )
        self._extensions = {
            "timeout": {
                "connect": settings.connect_timeout,
                "read": settings.read_timeout,
                "write": settings.write_timeout,
                "pool": settings.pool_timeout,
            },
            "trace": self._connections.watch,
        }

    def where(self, request: Request) -> str:
        """Return host and path, for an error's text; never the query, which may hold a key."""
        return self.host + self._base_path + _path(request).partition("?")[0]

    def send(self, request: Request) -> Response:
        """Return the answer, whatever its status.

        Raises `RetryableError` if there is none, or none that is whole, and `Cancelled` after `abort`.
        """
        where = self.where(request)
        with self.opened(request) as answer:
            chunks = self._in_time(answer.chunks, where)
            encoding = answer.headers.get("content-encoding", "").strip().lower()
            body = read_body(chunks, encoding, self._settings.max_body_bytes, where)
        return Response(request=request, status=answer.status, headers=answer.headers, body=body)

    @contextmanager
    def opened(self, request: Request) -> Iterator[Answer]:
        """Send, and yield the answer with its body unread.

        Failures of sending and of reading inside the block are those of `send`.
        """
        where = self.where(request)
        self._check_aborted()
        try:
            answer = self._connections.pool().handle_request(self._outgoing(request))
            try:
                headers = dict(answer.headers.items())
                yield Answer(status=answer.status_code, headers=headers, chunks=_stream(answer))
            finally:
                answer.close()
        except httpx.LocalProtocolError:
            # Its text quotes the header that it objects to, and that may be a key.
            msg = "the request cannot be sent: a header or the path holds a forbidden character"
            raise PermanentError(msg, where=where) from None
        except httpx.TransportError as error:
            self._check_aborted()
            raise RetryableError(self._reason(error), where=where) from error
        except RetryableError:
            self._check_aborted()
            raise

    def abort(self) -> None:
        """Make blocked sends raise `Cancelled` now, and later ones at once."""
        self._connections.break_off()

    def close(self) -> None:
        """Close all connections; nobody may be sending."""
        self._connections.close()

    def _outgoing(self, request: Request) -> httpx.Request:
        url = self._base_url + _path(request)
        if request.params:
            url += ("&" if "?" in url else "?") + urlencode(request.params)
        headers = self._headers
        if request.headers:
            headers = headers.copy()
            headers.update(request.headers)
        return httpx.Request(request.method, url, headers=headers, extensions=self._extensions)

    def _in_time(self, chunks: Iterable[bytes], where: str) -> Iterator[bytes]:
        # Sockets live in real time, whatever clock the rest of the layer is given.
        end = time.monotonic() + self._settings.answer_seconds
        for chunk in chunks:
            self._stop.check()
            if time.monotonic() > end:
                msg, limit = "the body drips", f"all of it within {self._settings.answer_seconds:g} s"
                raise RetryableError(msg, where=where, expected=limit)
            yield chunk

    def _check_aborted(self) -> None:
        if self._connections.broken_off:
            raise Cancelled(self._stop.reason or "the connections were broken off")

    def _reason(self, error: httpx.TransportError) -> str:
        match error:
            case httpx.ConnectTimeout():
                return f"no connection within {self._settings.connect_timeout:g} s"
            case httpx.ReadTimeout():
                return f"no answer within {self._settings.read_timeout:g} s"
            case httpx.PoolTimeout():
                return f"no free connection within {self._settings.pool_timeout:g} s"
            case httpx.ProxyError():
                return "the proxy refused the connection"  # its text may hold the proxy's password
            case _:
                return f"{type(error).__name__}: {error}"


def _path(request: Request) -> str:
    return request.path if request.path.startswith("/") else f"/{request.path}"


def _stream(answer: httpx.Response) -> httpx.SyncByteStream:
    # `iter_raw` would add chunking and progress that nobody reads.
    stream = answer.stream
    if not isinstance(stream, httpx.SyncByteStream):  # pragma: no cover - an injected async transport
        msg = "the transport is not a synchronous one"
        raise TypeError(msg)
    return stream


def _checked(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.query:
        msg = "base_url is no address that requests can be sent to"
        found = repr(f"{url.scheme}://{url.host}{url.path}")
        raise ConfigError(msg, expected="http(s)://host[:port][/path]", found=found)
    return url
