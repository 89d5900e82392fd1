"""The whole way on S3 with the real command, and a lake that moves between a disk and S3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from command_line import Schemahub

import schemahub
from schemahub.layout import StreamId
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemahub.object_store import ObjectStore

pytest.importorskip("schemahub_coinbase", reason="the whole way takes a connector")
pytest.importorskip("schemahub_mapping", reason="the whole way takes a transformer")

BTC = "BTC-USD"
STREAM = StreamId("coinbase", BTC)
INGEST = ("ingest", "--product", BTC, "--since", "2d", "--json")
QUICK = {
    "connectors__coinbase__requests_per_second": 10_000,
    "connectors__coinbase__burst": 10_000,
    "connectors__coinbase__settle_seconds": 0,
    "ingest__batch_size": 2_000,
    "transform__rows_per_commit": 4_000,
}


@pytest.fixture
def exchange() -> SimulatedCoinbase:
    knobs = Knobs(requests_per_second=0, max_age_seconds=0)
    return SimulatedCoinbase([ProductSpec(id=BTC, trades=9_000)], knobs=knobs)


@pytest.fixture
def tool(tmp_path: Path, exchange: SimulatedCoinbase, aws: str) -> Iterator[Schemahub]:
    del aws  # it is in the environment
    with SimulatorServer(exchange) as server:
        yield Schemahub(folder=tmp_path).given(**QUICK, connectors__coinbase__base_url=server.url)


def assert_whole(lake: str | Path, exchange: SimulatedCoinbase) -> None:
    """Raw is the exchange's own lines, the table has each of them once."""
    hub = schemahub.open(lake)
    lines = []
    for stored in sorted(hub.lake.raw.list(STREAM), key=lambda stored: stored.name.first):
        with hub.lake.raw.open(stored) as stream:
            lines += stream.read().splitlines()
    assert lines == exchange.lines(BTC)
    ids = hub.trades(columns=["trade_id"]).to_arrow()["trade_id"].to_pylist()
    assert sorted(map(int, ids)) == [json.loads(line)["trade_id"] for line in exchange.lines(BTC)]


def copy(source: ObjectStore, target: ObjectStore) -> None:
    for info in source.list(""):
        with source.open(info.key) as file:
            assert target.put_new(info.key, file)


def test_the_whole_way_on_s3_through_the_command_line(
    tool: Schemahub, exchange: SimulatedCoinbase, bucket: str, table: str
) -> None:
    tool = tool.with_environment(DYNAMODB_LOCKS_TABLE=table)
    at = ("--s3-bucket", bucket)
    tool.must(*INGEST, *at)
    tool.must("transform", *at)
    exchange.advance(1_000)
    tool.must(*INGEST, *at)
    tool.must("transform", *at)
    tool.must("compact", *at)
    again = tool.must("compact", *at, "--json").document
    tool.must("verify", "--deep", *at)
    counted = tool.must("sql", "SELECT count(*) AS n, count(DISTINCT trade_id) AS d FROM trades", *at)
    assert counted.out.replace(",", "").split()[-2:] == [str(len(exchange.lines(BTC)))] * 2
    assert again["complete"]
    lake = f"s3://{bucket}/schemahub"
    assert_whole(lake, exchange)
    keys = [info.key for info in schemahub.open(lake).lake.store.list("")]
    assert [key for key in keys if key.startswith("locks/")] == [], "leases live in the table"


def test_a_lake_moves_to_s3_and_back_and_goes_on(
    tool: Schemahub, exchange: SimulatedCoinbase, bucket: str, tmp_path: Path
) -> None:
    there = f"s3://{bucket}/moved"
    tool.must(*INGEST)
    tool.must("transform")
    copy(schemahub.open(tool.lake).lake.store, schemahub.open(there).lake.store)
    exchange.advance(3_000)
    seen = exchange.requests.total()
    on_s3 = tool.with_environment(SCHEMAHUB_LAKE=there)
    on_s3.must(*INGEST)
    assert exchange.requests.total() - seen < 20, "what is stored is not fetched again"
    on_s3.must("transform")
    on_s3.must("verify", "--deep")
    assert_whole(there, exchange)
    copy(schemahub.open(there).lake.store, schemahub.open(tmp_path / "back").lake.store)
    exchange.advance(1_000)
    back = tool.with_environment(SCHEMAHUB_LAKE=str(tmp_path / "back"))
    back.must(*INGEST)
    back.must("transform")
    back.must("compact")
    back.must("verify", "--deep")
    assert_whole(tmp_path / "back", exchange)
