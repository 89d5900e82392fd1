from __future__ import annotations

import gzip
import socket
import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from schemahub._http.transport import Transport
from schemahub.errors import Cancelled, ConfigError, PermanentError, RetryableError
from schemahub.model import Request
from schemahub.settings import HttpSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._clock import Stop

    Serve = Callable[[Callable[[socket.socket], None]], str]

REQUEST = Request(path="/trades/BTC-USD", params={"after": "12", "apikey": "s3cret"})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n"


def mocked(stop: Stop, answer: Callable[[httpx.Request], httpx.Response]) -> Transport:
    return Transport("https://api.test/v1/", HttpSettings(), stop, httpx.MockTransport(answer))


def test_it_sends_what_the_connector_asked_for(stop: Stop) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        body = gzip.compress(b"[1]")
        return httpx.Response(200, headers={"CB-After": "9", "Content-Encoding": "gzip"}, content=body)

    request = Request(path="/t/A%2FB", params={"x": "a b"}, headers={"X-Time": "us"})
    response = mocked(stop, answer).send(request)
    assert (response.status, response.body, response.request) == (200, b"[1]", request)
    assert response.headers["cb-after"] == "9"
    assert str(seen[0].url) == "https://api.test/v1/t/A%2FB?x=a+b"
    assert seen[0].headers["x-time"] == "us"
    assert seen[0].headers["host"] == "api.test"
    assert seen[0].headers["accept-encoding"] == "gzip"
    assert seen[0].headers["user-agent"].startswith("schemahub/")


def test_a_redirect_is_an_answer_like_any_other(stop: Stop) -> None:
    response = mocked(stop, lambda _: httpx.Response(302, headers={"location": "https://evil.test/"})).send(
        REQUEST
    )
    assert response.status == 302


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (httpx.ConnectTimeout("x"), "no connection within 5 s"),
        (httpx.ReadTimeout("x"), "no answer within 20 s"),
        (httpx.PoolTimeout("x"), "no free connection within 60 s"),
        (httpx.WriteError("broken pipe"), "WriteError: broken pipe"),
        (httpx.ProxyError("http://user:s3cret@proxy"), "the proxy refused the connection"),
    ],
)
def test_failures_are_retryable_name_the_place_and_hold_no_secret(
    error: httpx.TransportError, text: str, stop: Stop
) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(RetryableError) as caught:
        mocked(stop, answer).send(REQUEST)
    assert str(caught.value) == f"api.test/v1/trades/BTC-USD: {text}"
    assert caught.value.__cause__ is error


def test_a_forbidden_header_is_permanent_and_not_quoted(serve: Serve, stop: Stop) -> None:
    transport = Transport(serve(lambda _: None), HttpSettings(), stop)
    with pytest.raises(PermanentError, match="forbidden character") as caught:
        transport.send(Request(path="/", headers={"x-key": "s3cret\n"}))
    transport.close()
    assert caught.value.__cause__ is None
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (b"", "RemoteProtocolError"),
        (HEAD + b"\r\n[1,2", "RemoteProtocolError"),
        (b"<html>", "RemoteProtocolError"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n0123456789", "not the gzip"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2", "RemoteProtocolError"),
    ],
    ids=["closed", "truncated", "no http", "no gzip", "cut chunk"],
)
def test_a_broken_answer_is_retryable(sent: bytes, text: str, serve: Serve, stop: Stop) -> None:
    transport = Transport(serve(lambda connection: connection.sendall(sent)), HttpSettings(), stop)
    with pytest.raises(RetryableError, match=text):
        transport.send(REQUEST)
    transport.close()


def test_a_reset_is_retryable(serve: Serve, stop: Stop) -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    transport = Transport(serve(reset), HttpSettings(), stop)
    with pytest.raises(RetryableError, match="ReadError"):
        transport.send(REQUEST)
    transport.close()


def test_a_body_that_drips_is_given_up(serve: Serve, stop: Stop) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"\r\n0")
        connection.recv(1)

    transport = Transport(serve(drip), HttpSettings(answer_seconds=1e-6), stop)
    with pytest.raises(RetryableError, match=r"the body drips .expected all of it within 1e-06 s"):
        transport.send(REQUEST)
    transport.close()


def test_a_silent_server_times_out(serve: Serve, stop: Stop) -> None:
    def say_nothing(connection: socket.socket) -> None:
        connection.recv(1)

    transport = Transport(serve(say_nothing), HttpSettings(read_timeout=0.01), stop)
    with pytest.raises(RetryableError, match=r"no answer within 0\.01 s"):
        transport.send(REQUEST)
    transport.close()


def test_abort_wakes_a_blocked_read(serve: Serve, stop: Stop) -> None:
    reading = threading.Event()

    def hang(connection: socket.socket) -> None:
        reading.set()
        connection.recv(1)

    transport = Transport(serve(hang), HttpSettings(), stop)
    errors: list[Cancelled] = []

    def send() -> None:
        try:
            transport.send(REQUEST)
        except Cancelled as error:
            errors.append(error)

    thread = threading.Thread(target=send)
    thread.start()
    reading.wait()
    stop.set("Ctrl-C")
    transport.abort()
    thread.join(10)
    assert [str(error) for error in errors] == ["Ctrl-C"]
    with pytest.raises(Cancelled, match="Ctrl-C"):
        transport.send(REQUEST)
    transport.close()


def test_a_thread_keeps_its_pool_and_threads_spread(serve: Serve, stop: Stop) -> None:
    transport = Transport(serve(lambda _: None), HttpSettings(pools=3), stop)
    pool = transport._connections.pool
    mine = {id(pool()) for _ in range(5)}
    used: list[int] = []
    for _ in range(5):
        thread = threading.Thread(target=lambda: used.append(id(pool())))
        thread.start()
        thread.join()
    transport.close()
    assert len(mine) == 1
    assert len({*used, *mine}) == 3


def test_the_environment_names_a_proxy(monkeypatch: pytest.MonkeyPatch, serve: Serve, stop: Stop) -> None:
    proxy = serve(lambda connection: connection.sendall(HEAD + b"\r\nfrom proxy"))
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "direct.test")
    transport = Transport("http://api.test", HttpSettings(), stop)
    assert transport.send(REQUEST).body == b"from proxy"
    transport.close()


@pytest.mark.parametrize(
    "url", ["api.test", "ftp://api.test", "https://", "https://u:p@api.test", "https://api.test:x"]
)
def test_a_base_url_that_cannot_be_sent_to_is_refused(url: str, stop: Stop) -> None:
    with pytest.raises(ConfigError, match="base_url") as caught:
        Transport(url, HttpSettings(), stop)
    assert "u:p" not in str(caught.value)
