"""Recorded traffic, replayed; and the simulation against it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from schemahub.errors import ConfigError
from schemahub.testing import FakeClock, Knobs, ProductSpec, Replay, SimulatedCoinbase
from schemahub.testing.simulator.recorded import RecordedTransport

if TYPE_CHECKING:
    from pathlib import Path


ENTRY = {
    "method": "GET",
    "path": "/products/BTC-USD/trades?limit=2",
    "status": 200,
    "response": [{"trade_id": 2, "price": "1.10"}, {"trade_id": 1, "price": "1.00"}],
    "rawHeaders": ["cb-before", "2", "cb-after", "1", "Content-Length", "9999", "Connection", "close"],
}


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "recording.json"
    path.write_text(json.dumps([ENTRY]))
    return path


def test_a_recorded_request_gets_its_reply(recording: Path) -> None:
    with httpx.Client(transport=RecordedTransport(recording), base_url="http://recorded") as client:
        for _ in range(2):
            response = client.get("/products/BTC-USD/trades", params={"limit": 2})
            assert response.content == b'[{"trade_id":2,"price":"1.10"},{"trade_id":1,"price":"1.00"}]'
            assert response.headers["cb-after"] == "1"
            assert response.headers["content-length"] == str(len(response.content))


def test_a_request_that_was_not_recorded_is_named(recording: Path) -> None:
    transport = RecordedTransport(recording)
    assert transport.targets == ["/products/BTC-USD/trades?limit=2"]
    with (
        httpx.Client(transport=transport, base_url="http://recorded") as client,
        pytest.raises(LookupError, match=r"not recorded: GET /products/BTC-USD/trades\?limit=3"),
    ):
        client.get("/products/BTC-USD/trades", params={"limit": 3})


@pytest.mark.parametrize("text", ["{", "[{}]", "[3]"])
def test_a_file_that_is_no_recording_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recording.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"recording\.json: this file is no recording"):
        RecordedTransport(path)


def test_the_simulation_answers_as_the_exchange_did_in_2017(recorded: Path) -> None:
    replay = Replay.load(recorded / "rest_trades_BTC-USD_2016-05-12.jsonl")
    exchange = SimulatedCoinbase(
        [ProductSpec(id="BTC-USD", replay=replay)], knobs=Knobs(requests_per_second=0), clock=FakeClock()
    )
    transport = RecordedTransport(recorded / "nock_pubclient_stream_trades.json")
    last = exchange.log("BTC-USD").last
    compared = 0
    with (
        httpx.Client(transport=transport, base_url="http://recorded") as real,
        httpx.Client(transport=exchange.transport(), base_url="http://simulated") as simulated,
    ):
        for target in transport.targets:
            expected, got = real.get(target), simulated.get(target)
            if int(expected.headers["cb-before"]) > last:
                continue
            assert got.json() == expected.json()
            for name in ("cb-before", "cb-after", "content-type", "cache-control"):
                assert got.headers[name] == expected.headers[name]
            compared += 1
    assert compared == 10


def test_real_rows_are_served_byte_for_byte(recorded: Path) -> None:
    path = recorded / "rest_trades_BTC-USD_2016-05-12.jsonl"
    exchange = SimulatedCoinbase([ProductSpec(id="BTC-USD", replay=Replay.load(path))], clock=FakeClock())
    assert exchange.lines("BTC-USD") == path.read_bytes().splitlines()
