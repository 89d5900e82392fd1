"""Lakes in S3 with some days of two products, their tables known to Glue, and the function beside each."""

from __future__ import annotations

import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
import pytest
from function import REGION, Function, variables
from sick_lake import Patient

from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY_NS = 86_400 * 10**9
HOUR_NS = 3_600 * 10**9
DAYS, PER_DAY = 12, 60
PRODUCTS = ("BTC-USD", "ETH-USD")


@pytest.fixture(scope="module", autouse=True)
def here(endpoint: str) -> Iterator[None]:
    """Let boto3 find the local server for all of a module's tests."""
    pytest.importorskip("schemahub_coinbase", reason="a lake takes a connector")
    pytest.importorskip("schemahub_mapping", reason="and a transformer")
    access = {"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": REGION, "AWS_CONFIG_FILE": "/dev/null"}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        for name, value in access.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def sound(endpoint: str) -> Iterator[tuple[Patient, Function]]:
    """Return a lake without a fault; what a test does to it, it undoes."""
    with lake(endpoint, market()) as made:
        yield made


@pytest.fixture
def stale(endpoint: str) -> Iterator[tuple[Patient, Function]]:
    """Return a lake that nothing has come to for thirty hours."""
    with lake(endpoint, market(hours_ago=30)) as made:
        yield made


@pytest.fixture(scope="module")
def busy(endpoint: str) -> Iterator[tuple[Patient, Function]]:
    """Return a lake with one day of fifty times as many trades as any other."""
    with lake(endpoint, market(busy={9: 50 * PER_DAY})) as made:
        yield made


@contextmanager
def lake(endpoint: str, exchange: SimulatedCoinbase) -> Iterator[tuple[Patient, Function]]:
    """Fill a lake, and deploy the function as terraform does, but for the addresses."""
    name = f"q{uuid.uuid4().hex[:12]}"
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    with SimulatorServer(exchange) as server:
        made = Patient(bucket=name, database=name, exchange=exchange, url=server.url)
        made.ingest()
        made.transform()
        yield made, Function.deployed(endpoint, name, variables(endpoint, name))


def market(*, hours_ago: float = 1, busy: dict[int, int] | None = None) -> SimulatedCoinbase:
    """Open an exchange whose trades are spread evenly over days, up to some hours ago."""
    end_ns = time.time_ns() - int(hours_ago * HOUR_NS)
    first_ns = end_ns - end_ns % DAY_NS - (DAYS - 1) * DAY_NS
    specs = [
        ProductSpec(id=product, trades=PER_DAY, history_seconds=86_000, end_ns=first_ns + DAY_NS - 1)
        for product in PRODUCTS
    ]
    exchange = SimulatedCoinbase(specs, knobs=Knobs(requests_per_second=0, max_age_seconds=0))
    for day in range(1, DAYS):
        start_ns = first_ns + day * DAY_NS
        for product in PRODUCTS:
            count = (busy or {}).get(day, PER_DAY) if product == PRODUCTS[0] else PER_DAY
            head = exchange._markets[product].head
            head.advance(count, start_ns, min(start_ns + DAY_NS - 1, end_ns))
    return exchange
