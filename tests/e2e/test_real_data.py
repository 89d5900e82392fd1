"""What an exchange really sent, the whole way through: no byte, digit or trade is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
from command_line import simulated
from truth import BTC, raw_lines, raw_names, table_rows

import schemahub
import schemahub_coinbase.connector
from schemahub.testing import SimulatedCoinbase, SimulatorServer
from schemahub.testing.simulator import Catalogue, ProductSpec
from schemahub.testing.simulator.recorded import RecordedTransport

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest
    from command_line import Schemahub

    from schemahub import Steps
    from schemahub.model import Head
    from schemahub.spans import Span

FIRST, LAST = 8_408_015, 8_409_014
DAY = ("--start", "2016-05-12", "--end", "2016-05-13")
OPPOSITE = {"buy": "SELL", "sell": "BUY"}


def assert_same_trades(rows: list[dict[str, Any]], lines: list[bytes]) -> None:
    """Compare the table with what the exchange wrote, digit by digit."""
    for row, line in zip(rows, lines, strict=True):
        sent = json.loads(line)
        assert row["exchange"] == "COINBASE"
        assert row["symbol"] == BTC
        assert row["trade_id"] == str(sent["trade_id"])
        # The exchange names the maker's side, the table the taker's.
        assert row["side"] == OPPOSITE[sent["side"]]
        assert Decimal(repr(row["price"])) == Decimal(sent["price"])
        assert Decimal(repr(row["quantity"])) == Decimal(sent["size"])
        assert row["trade_ts"] == datetime.fromisoformat(sent["time"])
        assert row["trade_ts"].tzinfo is not None


def test_recorded_trades_through_the_command_line(quick: Schemahub, recordings: Path) -> None:
    file = recordings / "rest_trades_BTC-USD_2016-05-12.jsonl"
    with simulated(quick, "--replay", str(file), "--product", BTC) as tool:
        tool.must("backfill", "--product", BTC, *DAY)
        tool.must("transform")
        tool.must("verify")
        tool.must("verify", "--deep")
        lines = file.read_bytes().splitlines()
        assert raw_lines(tool.lake) == lines
        rows = table_rows(tool.lake)
        assert [int(row["trade_id"]) for row in rows] == list(range(FIRST, LAST + 1))
        assert_same_trades(rows, lines)
        assert {row["ingest_ts"].date() for row in rows} == {datetime.now(UTC).date()}


class RecordedCoinbase(schemahub_coinbase.connector.Coinbase):
    """Asks what was asked when the pages were recorded: a hundred trades each, from a known id on."""

    page_limit = 100
    first, last = 8_408_015, 8_409_425

    def head(self, product: str) -> Steps[Head]:
        del product
        yield from ()
        return schemahub.Head(positions=[self.last], times_ns=[0])

    def locate(self, product: str, time_ns: int, within: Span) -> Steps[int]:
        del product
        yield from ()
        return self.first if time_ns < _ns("2016-05-13") else within.last + 1


class AnyOrder(httpx.BaseTransport):
    """Finds the recorded reply whatever the order of the parameters, and whatever `limit` suffices."""

    def __init__(self, recorded: RecordedTransport) -> None:
        self.asked: list[Mapping[str, list[str]]] = []
        self._recorded = recorded
        self._targets = {self._window(target): target for target in recorded.targets}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode()
        self.asked.append(parse_qs(urlsplit(target).query))
        url = request.url.copy_with(raw_path=self._targets[self._window(target)].encode())
        return self._recorded.handle_request(httpx.Request("GET", url))

    @staticmethod
    def _window(target: str) -> tuple[str, str, str]:
        query = parse_qs(urlsplit(target).query)
        return urlsplit(target).path, query["before"][0], query["after"][0]


def test_recorded_pages_through_connector_and_engine(
    tmp_path: Path, recordings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = recordings / "nock_pubclient_stream_trades.json"
    wire = AnyOrder(RecordedTransport(file))
    monkeypatch.setattr(httpx, "HTTPTransport", lambda **_: wire)
    monkeypatch.setattr("schemahub._exchange.load", lambda *_: RecordedCoinbase)
    hub = schemahub.open(tmp_path / "lake", overrides={"connectors.coinbase.requests_per_second": 1_000})

    result = hub.backfill(products=[BTC], start="2016-05-12", end="2016-05-14")
    assert result.complete, str(result)
    recorded = [row for entry in json.loads(file.read_bytes()) for row in entry["response"]]
    recorded.sort(key=lambda row: int(row["trade_id"]))
    assert list(map(json.loads, raw_lines(tmp_path / "lake"))) == recorded
    assert len(recorded) == RecordedCoinbase.last - RecordedCoinbase.first + 1
    assert {int(query["limit"][0]) for query in wire.asked} <= set(range(1, 101))
    assert [name.count for name in raw_names(tmp_path / "lake")] == [len(recorded)]

    assert hub.transform().complete
    assert hub.verify(deep=True).complete
    assert_same_trades(table_rows(tmp_path / "lake"), raw_lines(tmp_path / "lake"))


def test_recorded_products_become_the_seed(quick: Schemahub, recordings: Path) -> None:
    catalogue = Catalogue.load(recordings / "products_2025-08-18.json")
    exchange = SimulatedCoinbase([ProductSpec(id=BTC, trades=10)], catalogue=catalogue)
    with SimulatorServer(exchange) as server:
        quick.given(connectors__coinbase__base_url=server.url).must("update-seed")
    seed = json.loads((quick.lake / "seeds" / "coinbase.json").read_bytes())["products"]
    by_id = {product["id"]: product for product in seed}
    listed = {entry["id"]: entry for entry in json.loads(catalogue.body)}
    assert by_id.keys() == listed.keys()
    assert sum(product["active"] for product in seed) == 456
    assert by_id["BTC-USDC"]["alias_of"] == BTC
    for product in seed:
        assert product["active"] == (listed[product["id"]]["status"] == "online")
        assert product["id"] == f"{product['base']}-{product['quote']}"


def _ns(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 10**9
