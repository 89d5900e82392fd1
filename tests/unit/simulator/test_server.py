from __future__ import annotations

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from schemahub.testing import Fault, FaultPlan, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemahub.testing import SimulatedCoinbase

    Simulate = Callable[..., SimulatedCoinbase]


TRADES = "/products/BTC-USD/trades"


@pytest.fixture
def server(simulate: Simulate) -> Iterator[SimulatorServer]:
    with SimulatorServer(simulate(trades=20_000, slow_seconds=0)) as running:
        yield running


@pytest.fixture
def client(server: SimulatorServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as connected:
        yield connected


def test_a_page_comes_compressed_and_whole(client: httpx.Client, server: SimulatorServer) -> None:
    response = client.get(TRADES)
    assert response.headers["content-encoding"] == "gzip"
    assert response.content == b"[" + b",".join(reversed(server.exchange.lines("BTC-USD")[-1000:])) + b"]"
    assert response.headers["cb-before"] == "20000"
    plain = client.get(TRADES, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == response.content


def test_a_connection_is_kept_alive(server: SimulatorServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        reader = raw.makefile("rb")
        for _ in range(3):
            raw.sendall(b"GET /time HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\n\r\n")
            assert reader.readline() == b"HTTP/1.1 200 OK\r\n"
            length = 0
            while (line := reader.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            assert json.loads(reader.read(length))["iso"].startswith("2026-01-01")
        reader.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RESET_BEFORE, httpx.ReadError),
        (Fault.RESET_AFTER_HEADERS, httpx.ReadError),
        (Fault.TRUNCATED, httpx.RemoteProtocolError),
    ],
)
def test_the_wire_breaks_and_the_server_goes_on(
    client: httpx.Client, server: SimulatorServer, fault: Fault, error: type[Exception]
) -> None:
    server.exchange.inject(FaultPlan(script={2: fault}))
    assert client.get(TRADES).status_code == 200
    with pytest.raises(error):
        client.get(TRADES)
    assert client.get(TRADES).status_code == 200


def test_a_slow_body_arrives_in_the_end(client: httpx.Client, server: SimulatorServer) -> None:
    server.exchange.inject(FaultPlan(script={1: Fault.SLOW}))
    assert len(client.get(TRADES).json()) == 1000


def test_clients_are_told_apart_by_address_or_by_name(client: httpx.Client, server: SimulatorServer) -> None:
    client.get("/time")
    client.get("/time", headers={"X-Sim-Client": "10.0.0.7"})
    assert {name: seen.requests for name, seen in server.exchange.clients.items()} == {
        "127.0.0.1": 1,
        "10.0.0.7": 1,
    }


def test_many_threads_get_their_own_pages(client: httpx.Client) -> None:
    def first_id(page: int) -> int:
        row = client.get(TRADES, params={"after": page * 100 + 1, "limit": 100}).json()[0]
        return int(row["trade_id"])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(first_id, range(1, 101))) == [page * 100 for page in range(1, 101)]


def test_it_listens_on_this_machine_alone(server: SimulatorServer) -> None:
    assert server.url == f"http://127.0.0.1:{server.port}"


def test_leaving_closes_connections_and_ends_threads(simulate: Simulate) -> None:
    before = threading.active_count()
    with SimulatorServer(simulate()) as server, socket.create_connection(("127.0.0.1", server.port)) as idle:
        idle.sendall(b"GET /time HTTP/1.1\r\nUser-Agent: x\r\n\r\n")
        assert idle.recv(8) == b"HTTP/1.1"
        assert threading.active_count() == before + 2
        server.__exit__(None, None, None)
        assert threading.active_count() == before
        while idle.recv(65536):
            pass


def test_a_port_that_is_taken_is_an_error(server: SimulatorServer, simulate: Simulate) -> None:
    with pytest.raises(OSError, match="in use"):
        SimulatorServer(simulate(), server.port)
