"""Endpoints that are slow, silent or never done: none of them holds up another one, or `doctor` itself."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from schemahub._clock import SystemClock
from schemahub._config import load_settings
from schemahub._doctor import network
from schemahub.checkup import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemahub.checkup import Finding

_PATIENCE = 20.0


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Answer each connection in a thread of its own; give the URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            # Closing alone does not wake an `accept`.
            server.shutdown(socket.SHUT_RDWR)


def look_at(monkeypatch: pytest.MonkeyPatch, *urls: str) -> list[Finding]:
    endpoints = [network.Endpoint(exchange="x", url=url, setting="connectors.x.base_url") for url in urls]
    monkeypatch.setattr(network, "endpoints_of", lambda *_: endpoints)
    settings = load_settings(environ={}, arguments={})
    return list(network.look_at_network(settings, (), SystemClock()))


def test_all_are_asked_at_the_same_time_and_told_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(6)

    def answer(connection: socket.socket) -> None:
        with connection:
            together.wait(_PATIENCE)
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    with listening(answer) as url:
        urls = [f"{url}/{n}" for n in range(6)]
        found = look_at(monkeypatch, *urls)
    assert [finding.subject for finding in found] == urls
    assert {finding.standing for finding in found} == {Standing.OK}, found


def test_an_answer_that_does_not_come_to_its_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        # Each byte comes in time, and the answer is never whole.
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nx: ")
            while not over.wait(0.05):
                connection.sendall(b"x")

    monkeypatch.setattr(network, "_PATIENCE_SECONDS", 0.5)
    began = time.monotonic()
    with listening(drip) as url:
        first, second = look_at(monkeypatch, url, url)
        took = time.monotonic() - began
        over.set()
    assert first == second
    assert (first.area, first.subject, first.standing) == ("network", url, Standing.PROBLEM)
    assert first.found == "not reachable: no whole answer within 0.5 s"
    assert "connectors.x.base_url" in str(first.hint)
    assert took < _PATIENCE, "once for both of them, and for no thread"


def test_a_defect_of_the_asking_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> list[Finding]:
        raise ZeroDivisionError

    monkeypatch.setattr(network, "_ask", fail)
    with pytest.raises(ZeroDivisionError):
        look_at(monkeypatch, "http://127.0.0.1:9")
