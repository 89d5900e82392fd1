"""An exchange whose product ids are no symbols, from the first ingest to the table."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

import schemahub
import schemahub_coinbase
from schemahub.testing import Fault, FaultPlan, Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemahub import Product, Steps
    from schemahub.hub import Hub

KEY = "seeds/coinbase.symbols.json"
QUIET = Knobs(requests_per_second=0, max_age_seconds=0)
PRODUCTS = [
    ProductSpec(id="XBT-USD", trades=300, history_seconds=300),
    ProductSpec(id="ETH-USD", trades=200, history_seconds=300, price="2000"),
]
MAPPING = """
exchange: coinbase
version: 1
columns:
  symbol: {product: listed}
  trade_id: {from: trade_id, type: int}
  side: {from: side, map: {buy: SELL, sell: BUY}}
  price: {from: price}
  quantity: {from: size}
  trade_ts: {from: time, format: iso8601}
"""


class Odd(schemahub_coinbase.Coinbase):
    """Has a name of its own for a currency."""

    product_is_symbol = False

    def products(self) -> Steps[tuple[Product, ...]]:
        listed = yield from super().products()
        return tuple(dataclasses.replace(one, base="BTC") if one.base == "XBT" else one for one in listed)


@pytest.fixture
def exchange() -> SimulatedCoinbase:
    return SimulatedCoinbase(PRODUCTS, knobs=QUIET)


@pytest.fixture
def hub(exchange: SimulatedCoinbase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr("schemahub._exchange.load", lambda *_: Odd)
    mapping = tmp_path / "odd.yaml"
    mapping.write_text(MAPPING)
    with SimulatorServer(exchange) as server:
        settings = {
            "connectors.coinbase.base_url": server.url,
            "connectors.coinbase.requests_per_second": 1_000,
            "connectors.coinbase.burst": 1_000,
            "connectors.coinbase.settle_seconds": 0,
            "http.attempts": 1,
            "mappings.coinbase": str(mapping),
        }
        yield schemahub.open(tmp_path / "lake", overrides=settings)


def symbols(hub: Hub) -> dict[str, str]:
    found: dict[str, str] = json.loads(hub.lake.store.get(KEY).data)["symbols"]
    return found


def rows(hub: Hub) -> dict[str, int]:
    return dict(hub.sql("select symbol, count(*) from trades group by symbol").rows)


def test_a_product_is_ingested_without_a_seed_and_has_its_symbol(
    hub: Hub, exchange: SimulatedCoinbase
) -> None:
    assert hub.ingest(products=["XBT-USD"], since="1h").complete
    assert symbols(hub) == {"XBT-USD": "BTC-USD", "ETH-USD": "ETH-USD"}
    assert hub.transform().complete
    assert hub.verify(deep=True).complete
    assert rows(hub) == {"BTC-USD": 300}
    hub.ingest(products=["XBT-USD", "ETH-USD"], since="1h")
    assert exchange.requests["/products"] == 1, "what is known is not asked for again"


def test_ingest_goes_on_where_the_list_cannot_be_had(hub: Hub, exchange: SimulatedCoinbase) -> None:
    exchange.inject(FaultPlan(script={1: Fault.STATUS_500}))
    assert hub.ingest(products=["XBT-USD"], since="1h").complete
    waiting = hub.transform()
    assert not waiting.complete
    assert "does not know what the product is" in str(waiting)
    assert "schemahub update-seed --exchange coinbase" in str(waiting)
    hub.update_seed(products=["ETH-USD"])
    assert symbols(hub)["XBT-USD"] == "BTC-USD", "of what is not collected as well"
    assert hub.transform().complete
    assert hub.verify(deep=True).complete


def test_a_symbol_that_a_person_corrects_is_the_table_s_after_a_rebuild(hub: Hub) -> None:
    hub.ingest(products=["XBT-USD"], since="1h")
    hub.transform()
    stored = hub.lake.store.get(KEY)
    hub.lake.store.put_if(KEY, stored.data.replace(b"BTC-USD", b"XBC-USD"), stored.version)
    assert hub.transform(full=True).complete
    assert rows(hub) == {"XBC-USD": 300}
    assert hub.verify(deep=True).complete
