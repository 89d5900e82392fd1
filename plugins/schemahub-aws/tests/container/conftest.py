"""A bucket, a table for leases, an exchange, and a task that knows them by its variables alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from container import Task

from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PRODUCTS = [ProductSpec(id="BTC-USD", trades=40_000), ProductSpec(id="ETH-USD", trades=3_000)]


@pytest.fixture
def exchange() -> SimulatedCoinbase:
    pytest.importorskip("schemahub_coinbase", reason="a task takes a connector")
    pytest.importorskip("schemahub_mapping", reason="a task takes a transformer")
    return SimulatedCoinbase(PRODUCTS, knobs=Knobs(requests_per_second=0, max_age_seconds=0, latency_ms=30))


@pytest.fixture
def task(aws: str, bucket: str, table: str, exchange: SimulatedCoinbase) -> Iterator[Task]:
    """Return a task definition as the one on ECS, but for the addresses; keys stand for its role."""
    with SimulatorServer(exchange) as server:
        yield Task(
            variables={
                "AWS_REGION": "eu-central-1",
                "S3_BUCKET": bucket,
                "DYNAMODB_LOCKS_TABLE": table,
                "SCHEMAHUB_OBSERVERS__CLOUDWATCH__MODE": "emf",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_ENDPOINT_URL": aws,
                "SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": server.url,
                # For the test alone: no limit, and batches of which there are some before the end.
                "SCHEMAHUB_CONNECTORS__COINBASE__REQUESTS_PER_SECOND": "10000",
                "SCHEMAHUB_CONNECTORS__COINBASE__BURST": "10000",
                "SCHEMAHUB_CONNECTORS__COINBASE__SETTLE_SECONDS": "0",
                "SCHEMAHUB_INGEST__BATCH_SIZE": "2000",
            }
        )
