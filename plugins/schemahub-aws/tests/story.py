"""The commands of the operator's page, one after another, with every request to AWS on record."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
import pytest

from schemahub.builtin.memory_store import MemoryStore
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase
from schemahub_aws.dynamodb.locks import DynamoLocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asked import Asked
    from command_line import Done, Schemahub
    from recording_proxy import Recorder

REGION = "eu-central-1"
BUCKET, TABLE = "operators-lake", "operators-leases"
PRODUCTS = ("BTC-USD", "ETH-USD")
BAD_ID = 1_500
FAR_AHEAD_NS = 4_000_000_000 * 10**9
ACCESS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
# For the tests alone: no limits, small batches, and a heartbeat that comes while they run.
QUICK = {
    "SCHEMAHUB_CONNECTORS__COINBASE__REQUESTS_PER_SECOND": "10000",
    "SCHEMAHUB_CONNECTORS__COINBASE__BURST": "10000",
    "SCHEMAHUB_CONNECTORS__COINBASE__SETTLE_SECONDS": "0",
    "SCHEMAHUB_INGEST__BATCH_SIZE": "1000",
    "SCHEMAHUB_LOCKS__HEARTBEAT_SECONDS": "0.02",
    "SCHEMAHUB_LAKE": "",
}


@dataclass
class Story:
    """What was done: how each command ended, and what it asked of AWS."""

    exchange: SimulatedCoinbase
    done: dict[str, Done] = field(default_factory=dict)
    asked: dict[str, list[Asked]] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    """What the bucket held after each command."""

    def asked_of(self, name: str, product: str) -> list[str]:
        """Return the operations of a command that concern one product's objects."""
        return [one.operation for one in self.asked[name] if f"/{product}" in one.key]


class Narrator:
    """Runs commands one after another."""

    def __init__(self, tool: Schemahub, recorder: Recorder, story: Story, endpoint: str) -> None:
        self._tool = tool
        self._recorder = recorder
        self._story = story
        self._s3 = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - made up
        )

    def run(self, name: str, *arguments: str, **environment: str) -> None:
        """Run a command under a name of its own."""
        self._recorder.take()
        self._story.done[name] = self._tool.with_environment(**environment).run(*arguments)
        self._story.asked[name] = [record.asked for record in self._recorder.take()]
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        self._story.keys[name] = [found["Key"] for page in pages for found in page.get("Contents", [])]


def prepare(endpoint: str) -> None:
    access = {
        "endpoint_url": endpoint,
        "region_name": REGION,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    boto3.client("s3", **access).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    boto3.client("dynamodb", **access).create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "lock_key", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "lock_key", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


@contextlib.contextmanager
def held_elsewhere(endpoint: str) -> Iterator[None]:
    """Let another machine hold the lease of the first product."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**ACCESS, "AWS_ENDPOINT_URL": endpoint}.items():
            patch.setenv(name, value)
        locks = DynamoLocks.of_lake(f"s3://{BUCKET}/schemahub", MemoryStore(), {"table": TABLE})
        lease = locks.acquire(f"coinbase_trades/{PRODUCTS[0]}", "elsewhere:1:x", 600, FAR_AHEAD_NS)
        assert lease is not None
        yield
        locks.release(lease)


def tell(narrator: Narrator, exchange: SimulatedCoinbase, endpoint: str) -> None:
    """Run everything that a policy is written for; `python3 -m schemahub.cli` stands before each."""
    at = ("--s3-bucket", BUCKET)
    by_variable = {"S3_BUCKET": BUCKET}
    narrator.run("update-seed", "update-seed", **by_variable)
    narrator.run("ingest --dry-run", "ingest", *at, "--dry-run", "--json")
    narrator.run("ingest", "ingest", *at, "--workers", "2", "--chunk-concurrency", "3", "--json")
    narrator.run("transform --dry-run", "transform", *at, "--dry-run", "--json")
    narrator.run("transform", "transform", *at, "--json")
    exchange.advance(1_000)
    with held_elsewhere(endpoint):
        narrator.run("ingest, held elsewhere", "ingest", "--json", **by_variable)
    narrator.run("ingest again", "ingest", "--json", **by_variable)
    narrator.run("transform again", "transform", "--json", **by_variable)
    narrator.run("compact", "compact", *at, "--grace", "1s", "--json")
    narrator.run("verify", "verify", "--deep", *at, "--json")
    narrator.run("status", "status", *at, "--json")
    narrator.run("report", "report", *at, "--json")
    narrator.run("backfill", "backfill", "--fill-gaps", *at, "--json")
    narrator.run("gaps", "gaps", *at, "--json")
    narrator.run("sql", "sql", "SELECT count(*) AS n FROM trades", *at, "--json")
    # The grace is over by now.
    narrator.run("compact again", "compact", *at, "--grace", "1s", "--json")


def market() -> SimulatedCoinbase:
    """Open an exchange; one of its lines makes no row."""
    specs = [ProductSpec(id=name, trades=3_000, history_seconds=3_600) for name in PRODUCTS]
    exchange = SimulatedCoinbase(specs, knobs=Knobs(requests_per_second=0, max_age_seconds=0, latency_ms=20))
    (line,) = exchange.lines(PRODUCTS[0], BAD_ID, BAD_ID)
    exchange.log(PRODUCTS[0]).replace(BAD_ID, line.replace(b'"price":"', b'"price":"x'))
    return exchange
