"""A lake in S3 of a few days, made with the simulated exchange, with a catalog and an engine beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
import pytest

import schemahub
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer
from schemahub.times import datetime_to_ns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from partitions import Client

    from schemahub.hub import Hub

REGION = "eu-central-1"
DAY_SECONDS = 86_400
NOON = datetime_to_ns(datetime(2026, 1, 4, 12, tzinfo=UTC))
PRODUCTS = [
    ProductSpec(id="BTC-USD", trades=2_400, history_seconds=3.5 * DAY_SECONDS, end_ns=NOON),
    ProductSpec(id="ETH-USD", trades=900, history_seconds=3.5 * DAY_SECONDS, end_ns=NOON, price="2000"),
]


@pytest.fixture
def glue(aws: str) -> Client:
    return boto3.client("glue", region_name=REGION, endpoint_url=aws)


@pytest.fixture
def bucket(aws: str, unique: str) -> str:
    s3 = boto3.client("s3", region_name=REGION, endpoint_url=aws)
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": REGION})
    return unique


@pytest.fixture
def settings(bucket: str, unique: str) -> dict[str, object]:
    """Return settings that tell Glue of the lake, and let Athena find it there."""
    return {
        "catalog": "glue",
        "catalogs.glue.database": unique,
        "query_engines.athena.database": unique,
        "query_engines.athena.output_location": f"s3://{bucket}/results/",
        "query_engines.athena.poll_seconds": 0.02,
        "transform.rows_per_commit": 600,
        "ingest.batch_size": 300,
        "connectors.coinbase.requests_per_second": 1_000,
        "connectors.coinbase.burst": 1_000,
        "connectors.coinbase.settle_seconds": 0,
    }


@pytest.fixture
def hub(settings: dict[str, object], bucket: str) -> Iterator[Hub]:
    """Return a lake whose raw data is there, and not yet in the table."""
    pytest.importorskip("schemahub_coinbase", reason="a lake is filled by a connector")
    pytest.importorskip("schemahub_mapping", reason="a table is filled by a transformer")
    exchange = SimulatedCoinbase(PRODUCTS, knobs=Knobs(requests_per_second=0, max_age_seconds=0))
    with SimulatorServer(exchange) as server:
        overrides = {**settings, "connectors.coinbase.base_url": server.url}
        made = schemahub.open(f"s3://{bucket}/lake", overrides=overrides)
        fetched = made.backfill(
            products=["BTC-USD", "ETH-USD"], start="2026-01-01", end="2026-01-03T06:00:00Z", workers=2
        )
        assert fetched.complete, str(fetched)
        yield made
