"""What the tests of the protection layer share: a fake clock, a run's stop, recorded events, a raw server."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from schemahub._clock import Stop
from schemahub.testing.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemahub.events import Event


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def stop() -> Stop:
    return Stop()


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    """Serve each connection on loopback with a function of the test's, after reading one request."""
    listeners: list[socket.socket] = []

    def start(answer: Callable[[socket.socket], None]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=_accept, args=(listener, answer), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        # Closing alone would not wake the thread in `accept`.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _accept(listener: socket.socket, answer: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            answer(connection)
