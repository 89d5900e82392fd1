"""What a notebook does with a lake, against a simulated exchange on a socket."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub.errors import ConfigError, UnknownProduct
from schemahub.layout import StreamId
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer
from schemahub.times import datetime_to_ns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemahub.hub import Hub

BTC = StreamId("coinbase", "BTC-USD")
QUIET = Knobs(requests_per_second=0, max_age_seconds=0)
PRODUCTS = [
    ProductSpec(id="BTC-USD", trades=3_000, history_seconds=3_000),
    ProductSpec(id="ETH-USD", trades=1_200, history_seconds=3_000, price="2000"),
    ProductSpec(id="OLD-USD", trades=50, status="delisted"),
]


@pytest.fixture
def exchange() -> SimulatedCoinbase:
    return SimulatedCoinbase(PRODUCTS, knobs=QUIET)


@pytest.fixture
def hub(exchange: SimulatedCoinbase, tmp_path: Path) -> Iterator[Hub]:
    with SimulatorServer(exchange) as server:
        settings = {
            "connectors.coinbase.base_url": server.url,
            "connectors.coinbase.requests_per_second": 1_000,
            "connectors.coinbase.burst": 1_000,
            "connectors.coinbase.settle_seconds": 0,
            "ingest.batch_size": 1_000,
        }
        yield schemahub.open(tmp_path / "lake", overrides=settings)


def test_the_whole_way(hub: Hub, exchange: SimulatedCoinbase) -> None:
    assert "2 products to collect, of 3 listed" in hub.update_seed().headline()
    ingested = hub.ingest(since="1h")
    assert ingested.complete, str(ingested)
    assert hub.transform().complete
    proof = hub.verify(deep=True)
    assert proof.complete, str(proof)
    assert "4,200 trades of 2 products, none missing, none twice" in proof.headline()
    btc = hub.trades(symbol="BTC-USD").to_arrow()
    told = [json.loads(line) for line in exchange.lines("BTC-USD")]
    assert btc.num_rows == len(told) == 3_000
    by_id = {row["trade_id"]: row for row in btc.to_pylist()}
    for trade in told:
        row = by_id[str(trade["trade_id"])]
        assert (row["price"], row["quantity"]) == (float(trade["price"]), float(trade["size"]))
        assert row["side"] == {"buy": "SELL", "sell": "BUY"}[trade["side"]], "the taker's side"
        assert row["trade_ts"] == datetime.fromisoformat(trade["time"])
    assert hub.sql("select count(*) from trades").rows == ((4_200,),)
    assert len(hub.status().document()["products"]) == 2
    assert len(hub.status(products=["BTC-USD"]).document()["products"]) == 1
    condition = hub.condition("BTC-USD")
    assert condition.complete, str(condition)
    assert sum(day.trades for day in condition.days) == 3_000
    assert hub.status(by_day=True).complete
    judged = hub.quality(days=3)
    assert judged.complete, str(judged)


def test_doing_it_again_does_nothing(hub: Hub, exchange: SimulatedCoinbase) -> None:
    hub.ingest(products=["BTC-USD"], since="1h")
    hub.transform()
    before = {info.key: hub.lake.store.get(info.key).data for info in hub.lake.store.list("")}
    pages = sum(exchange.requests.values())
    assert hub.ingest(products=["BTC-USD"]).complete
    assert sum(exchange.requests.values()) == pages + 1, "the head alone"
    assert hub.transform().complete
    after = {info.key: hub.lake.store.get(info.key).data for info in hub.lake.store.list("")}
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert {key.split("/")[0] for key in changed} <= {"locks", "runs"}


def test_a_backfill_takes_the_time_range_and_no_more(hub: Hub, exchange: SimulatedCoinbase) -> None:
    log = exchange.log("BTC-USD")
    start, end = (datetime.fromtimestamp(log.time_ns(i) / 1e9, UTC) for i in (1_000, 2_000))
    hub.backfill(products=["BTC-USD"], start=start, end=end)
    stored = hub.lake.checkpoints.load(BTC)
    assert stored is not None
    (span,) = stored.checkpoint.covered
    first, last = log.first_at(datetime_to_ns(start)), log.first_at(datetime_to_ns(end)) - 1
    assert (span.first, span.last) == (first, last)
    assert stored.checkpoint.watermark is None


def test_a_backfill_that_finds_nothing_leaves_a_product_that_the_lake_knows(hub: Hub) -> None:
    asked = {"start": "2020-01-01", "end": "2020-01-02"}
    assert hub.backfill(products=["BTC-USD"], **asked).complete
    assert not hub.backfill(products=["BTC-USDT"], **asked).complete
    assert hub.condition("BTC-USD").empty
    assert hub.status(by_day=True, products=["BTC-USD"]).complete
    with pytest.raises(ConfigError, match=r"nothing is stored of this product. Did you mean BTC-USD\?"):
        hub.condition("BTC-USDT")


def test_a_dry_run_touches_nothing(hub: Hub) -> None:
    estimate = hub.ingest(products=["BTC-USD"], since="1h", dry_run=True)
    assert "would fetch 3,000 trades with 3 requests" in estimate.headline()
    assert hub.backfill(products=["BTC-USD"], start="2020-01-01", dry_run=True).complete
    assert not list(hub.lake.store.list(""))


def test_one_unknown_product_does_not_hide_the_others(hub: Hub) -> None:
    result = hub.ingest(products=["BTC-USD", "NOPE-USD", "../../x"], since="1h")
    assert not result.complete
    states = {row[0]: row[1] for row in result.grids()[0].rows}
    assert states == {"BTC-USD": "done", "NOPE-USD": "failed", "../../x": "failed"}
    assert {info.key.split("/")[1] for info in hub.lake.store.list("raw_")} == {"BTC-USD"}


def test_a_hole_is_reported_and_repaired_when_it_heals(hub: Hub, exchange: SimulatedCoinbase) -> None:
    log = exchange.log("BTC-USD")
    log.remove([1_500, 1_501])
    assert not hub.ingest(products=["BTC-USD"], since="1h").complete
    assert not hub.gaps().complete
    hub.transform()
    assert not hub.verify().complete
    assert not hub.gaps(recheck=True).complete
    log.heal([1_500, 1_501])
    assert hub.gaps(recheck=True).complete
    assert not hub.verify().complete, "the repair is not in the table yet"
    hub.transform()
    assert hub.verify(deep=True).complete


def test_a_time_limit_stops_one_run_and_not_the_next(hub: Hub) -> None:
    stopped = hub.ingest(products=["BTC-USD"], since="1h", max_minutes=1e-6)
    assert not stopped.complete
    assert "the time limit of 1e-06 minutes is reached" in str(stopped)
    assert hub.ingest(products=["BTC-USD"], since="1h").complete
    assert hub.verify().complete


def test_mistakes_are_one_sentence(hub: Hub) -> None:
    with pytest.raises(ConfigError, match=r"no products are named.*update-seed"):
        hub.ingest()
    with pytest.raises(ConfigError, match=r"ingest\.workers.*expected greater than or equal to 1, found 0"):
        hub.ingest(products=["BTC-USD"], workers=0)
    with pytest.raises(ConfigError, match="needs a start"):
        hub.backfill(products=["BTC-USD"])
    with pytest.raises(ConfigError, match="the start of a backfill is before its end"):
        hub.backfill(products=["BTC-USD"], start="2026-01-02", end="2026-01-01")
    with pytest.raises(ConfigError, match="at least one day is judged"):
        hub.quality(days=0)
    with pytest.raises(ConfigError, match="fill_gaps takes no start"):
        hub.backfill(products=["BTC-USD"], start="2026-01-02", fill_gaps=True)
    with pytest.raises(UnknownProduct, match="Did you mean BTC-USD"):
        hub.update_seed(products=["BTC-USX"])


def test_a_checkpoint_of_another_lake_is_found_out(hub: Hub, tmp_path: Path) -> None:
    hub.ingest(products=["BTC-USD"], since="1h")
    key = BTC.checkpoint_key
    other = schemahub.open(tmp_path / "other", settings=hub.settings)
    other.lake.store.put_if(key, hub.lake.store.get(key).data, None)
    result = other.ingest(products=["BTC-USD"])
    assert not result.complete
    assert "copied from another lake" in str(result)
    assert not list(other.lake.store.list("raw_"))
