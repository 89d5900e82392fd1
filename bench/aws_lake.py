"""A lake on a local server that answers like AWS, an exchange beside it, and the real command between them.

All that goes to AWS passes a proxy that notes it. The server and the proxy are those of the plugin's tests.
"""

from __future__ import annotations

import contextlib
import os
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import measured

from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

sys.path.append(str(Path(__file__).parents[1] / "plugins" / "schemahub-aws" / "tests"))

from local_server import ministack
from recording_proxy import recording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recording_proxy import Record, Recorder

REGION = "eu-central-1"
ACCESS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsLake:
    """One empty bucket and table, and what fills them."""

    exchange: SimulatedCoinbase
    aws: Recorder
    market: Recorder
    environment: dict[str, str]
    bucket: str

    def run(self, *arguments: str, **variables: str) -> tuple[list[Record], float]:
        """Run a command on the lake; return what it asked of AWS, and its seconds."""
        self.aws.take()
        self.market.take()
        command = [sys.executable, "-m", "schemahub.cli", *arguments, "--s3-bucket", self.bucket, "--json"]
        cost = measured.run(command, {**self.environment, **variables})
        return self.aws.take(), cost.wall


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run the server for the block; return its URL."""
    with ministack(folder) as url:
        yield url


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is in the exchange: `trades` of each product, spread over the last `days`."""

    products: int
    trades: int
    days: float
    batch_size: int = 100_000
    latency_ms: float = 0


@contextlib.contextmanager
def aws_lake(url: str, shape: Shape) -> Iterator[AwsLake]:
    """Open a fresh lake beside a fresh exchange."""
    specs = [
        ProductSpec(id=f"P{number:03}-USD", trades=shape.trades, history_seconds=shape.days * 86_400)
        for number in range(shape.products)
    ]
    knobs = Knobs(requests_per_second=0, max_age_seconds=0, latency_ms=shape.latency_ms)
    exchange = SimulatedCoinbase(specs, knobs=knobs)
    bucket = table = f"bench-{uuid.uuid4().hex[:12]}"
    _make(url, bucket, table)
    with (
        SimulatorServer(exchange) as market,
        recording(url) as aws,
        recording(market.url) as before_market,
    ):
        environment = {
            **ACCESS,
            "AWS_ENDPOINT_URL": aws.url,
            "DYNAMODB_LOCKS_TABLE": table,
            "SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": before_market.url,
            "SCHEMAHUB_CONNECTORS__COINBASE__REQUESTS_PER_SECOND": "10000",
            "SCHEMAHUB_CONNECTORS__COINBASE__BURST": "10000",
            "SCHEMAHUB_CONNECTORS__COINBASE__SETTLE_SECONDS": "0",
            "SCHEMAHUB_INGEST__SINCE": f"{max(1, round(shape.days * 2 * 24))}h",
            "SCHEMAHUB_INGEST__BATCH_SIZE": str(shape.batch_size),
        }
        yield AwsLake(
            exchange=exchange, aws=aws, market=before_market, environment=environment, bucket=bucket
        )


def _make(url: str, bucket: str, table: str) -> None:
    import boto3

    access: dict[str, str] = {
        "endpoint_url": url,
        "region_name": REGION,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    boto3.client("s3", **access).create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    boto3.client("dynamodb", **access).create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "lock_key", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "lock_key", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
