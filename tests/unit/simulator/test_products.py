from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import pytest

from schemahub.errors import ConfigError
from schemahub.testing import FakeClock, Knobs, ProductSpec, SimulatedCoinbase
from schemahub.testing.simulator import Catalogue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.testing.simulator import SimResponse

    Get = Callable[..., SimResponse]


AGENT = {"user-agent": "test"}


def read(exchange: SimulatedCoinbase, path: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(exchange.handle("GET", path, "", AGENT).body)


def test_products_are_listed_whether_they_trade_or_not() -> None:
    found = {row["id"]: row for row in read(SimulatedCoinbase(clock=FakeClock()), "/products")}
    assert found["BTC-USD"]["status"] == "online"
    assert found["GAL-USDT"]["status"] == "delisted"
    assert found["GAL-USDT"]["trading_disabled"] is True
    assert (found["ETH-USD"]["base_currency"], found["ETH-USD"]["quote_currency"]) == ("ETH", "USD")


def test_one_product_is_its_entry_of_the_list() -> None:
    exchange = SimulatedCoinbase(clock=FakeClock())
    assert read(exchange, "/products/ETH-USD") in read(exchange, "/products")
    assert exchange.handle("GET", "/products/NO-NE", "", AGENT).status == 404


def test_an_alias_serves_the_very_trades_of_its_twin(get: Get) -> None:
    exchange = SimulatedCoinbase(clock=FakeClock())
    other = exchange.handle("GET", "/products/BTC-USDC/trades", "", AGENT)
    assert other.body == get(exchange).body


@pytest.mark.parametrize(("knob", "status"), [("frozen", 200), ("missing", 404)])
def test_delisted_products_keep_their_trades_or_lose_them(
    knob: Literal["frozen", "missing"], status: int
) -> None:
    exchange = SimulatedCoinbase(clock=FakeClock(), knobs=Knobs(delisted=knob))
    assert exchange.handle("GET", "/products/GAL-USDT/trades", "", AGENT).status == status


def test_a_recorded_list_replaces_the_generated_one(tmp_path: Path, get: Get) -> None:
    path = tmp_path / "products.json"
    path.write_text('{"body": [{"id": "BTC-USD", "status": "online"}, {"id": "DOGE-USD"}]}')
    exchange = SimulatedCoinbase(
        [ProductSpec(id="BTC-USD", trades=10)], catalogue=Catalogue.load(path), clock=FakeClock()
    )
    assert [row["id"] for row in read(exchange, "/products")] == ["BTC-USD", "DOGE-USD"]
    assert read(exchange, "/products/DOGE-USD/trades") == []
    assert len(json.loads(get(exchange).body)) == 10


@pytest.mark.parametrize("text", ["{}", "[1]", "no json"])
def test_a_file_that_lists_no_products_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "products.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"products\.json: this file is no list"):
        Catalogue.load(path)


def test_the_recorded_list_of_2025_is_served(recorded: Path) -> None:
    catalogue = Catalogue.load(recorded / "products_2025-08-18.json")
    exchange = SimulatedCoinbase([], catalogue=catalogue, clock=FakeClock())
    rows = read(exchange, "/products")
    assert len(rows) == 717
    assert sum(row["status"] == "delisted" for row in rows) == 261
    assert set(rows[0]) == set(read(SimulatedCoinbase(clock=FakeClock()), "/products")[0])
