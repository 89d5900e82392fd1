"""What is promised, on a real account: `nox -s aws-live`. Skipped unless a bucket of it is named."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import pytest
from live_account import why_not

import schemahub
from schemahub.builtin.memory_store import MemoryStore
from schemahub.layout import StreamId
from schemahub.testing import (
    Knobs,
    LockProviderConformance,
    ObjectStoreConformance,
    ProductSpec,
    SimulatedCoinbase,
    SimulatorServer,
)
from schemahub_aws.dynamodb.locks import DynamoLocks
from schemahub_aws.s3.store import S3Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from live_account import Live

if reason := why_not():
    pytest.skip(reason, allow_module_level=True)

BTC = StreamId("coinbase", "BTC-USD")
PART = 5 << 20
_stores = itertools.count()


@pytest.fixture
def new_store(live: Live) -> Callable[[], S3Store]:
    """Return a maker of empty stores."""
    return lambda: S3Store.open_url(f"{live.url}/store{next(_stores)}", {"part_bytes": PART})


class TestStore(ObjectStoreConformance):
    @pytest.fixture
    def new_store(self, new_store: Callable[[], S3Store]) -> Callable[[], S3Store]:
        return new_store

    def test_an_object_of_several_parts_is_whole(self, store: S3Store) -> None:
        data = os.urandom(2 * PART + 1)
        assert store.put_new("parts", data)
        assert not store.put_new("parts", data)
        assert store.get("parts").data == data


class TestLeases(LockProviderConformance):
    @pytest.fixture
    def locks(self, live: Live) -> DynamoLocks:
        if live.table is None:
            pytest.skip("SCHEMAHUB_AWS_LIVE_TABLE names no table of a real account to test with")
        return DynamoLocks.of_lake(f"{live.url}/store{next(_stores)}", MemoryStore(), {"table": live.table})


def test_a_small_lake_from_the_exchange_to_the_proof(live: Live) -> None:
    pytest.importorskip("schemahub_coinbase", reason="an ingest takes a connector")
    pytest.importorskip("schemahub_mapping", reason="a transform takes a transformer")
    spec = ProductSpec(id=BTC.product, trades=5_000, history_seconds=3_600)
    exchange = SimulatedCoinbase([spec], knobs=Knobs(requests_per_second=0, max_age_seconds=0))
    leases = {"locks.provider": "dynamodb", "lock_providers.dynamodb.table": live.table}
    with SimulatorServer(exchange) as server:
        overrides = {
            "connectors.coinbase.base_url": server.url,
            "connectors.coinbase.requests_per_second": 10_000,
            "connectors.coinbase.burst": 10_000,
            "connectors.coinbase.settle_seconds": 0,
            "ingest.batch_size": 2_000,
            **(leases if live.table else {}),
        }
        hub = schemahub.open(f"{live.url}/lake", overrides=overrides)
        assert hub.ingest(exchange="coinbase", products=[BTC.product]).complete
        assert hub.transform().complete
        assert hub.compact().complete
        assert hub.verify(deep=True).complete
        assert hub.trades(columns=["trade_id"]).to_arrow().num_rows == 5_000
