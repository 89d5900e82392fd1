"""Queries over a lake in S3: through the store, by ranges, and without another library."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import schemahub
from schemahub._lake.parquet_file import SCHEMA
from schemahub._lake.parquet_table import ParquetTable
from schemahub.settings import FileSettings

if TYPE_CHECKING:
    from lossy_proxy import Plan

    from schemahub.hub import Hub
    from schemahub_aws.s3.store import S3Store

ROWS = 120_000
START = datetime(2026, 1, 1, tzinfo=UTC)
# Every process of a notebook's user would do the same: nothing but the lake's URL is needed.
ALONE = """
import sys, schemahub
hub = schemahub.open(sys.argv[1])
rows = hub.trades().to_arrow().num_rows
loaded = hub.sql("SELECT extension_name FROM duckdb_extensions() WHERE loaded").to_arrow()
names = loaded.column(0).to_pylist()
print(rows, "httpfs" in names, sorted({"s3fs", "aiobotocore"} & set(sys.modules)))
"""


@pytest.fixture
def lake(rival: S3Store, bucket: str) -> str:
    """Return the URL of a lake with one file of some megabytes."""
    table = ParquetTable(rival, FileSettings(rows_per_group=40_000))
    draw = random.Random(1)  # noqa: S311 - no secret
    moments = [START + timedelta(milliseconds=500 * number) for number in range(ROWS)]
    columns = {
        "exchange": ["COINBASE"] * ROWS,
        "symbol": ["BTC-USD"] * ROWS,
        "trade_id": [str(number) for number in range(ROWS)],
        "side": ["BUY"] * ROWS,
        "price": [draw.random() for _ in range(ROWS)],
        "quantity": [draw.random() for _ in range(ROWS)],
        "trade_ts": moments,
        "ingest_ts": [START] * ROWS,
    }
    base = table.snapshot()
    file = table.write(base, "2026-01-01", pa.table(columns, SCHEMA), "batch")
    table.commit(base, schemahub.table.Snapshot(files=(file,)))
    return f"s3://{bucket}/lossy"


@pytest.fixture
def hub(lake: str, plan: Plan) -> Hub:
    """Return the lake, seen through the proxy."""
    return schemahub.open(lake, overrides={"object_stores.s3.endpoint_url": plan.url})


def fetched(plan: Plan) -> int:
    """Return the bytes of files that were asked for since the last call."""
    ranges = [seen.headers["Range"].removeprefix("bytes=").split("-") for seen in plan.seen]
    plan.lose(of=".parquet")
    return sum(int(last) - int(first) + 1 for first, last in ranges)


def test_a_query_reads_only_what_it_needs(hub: Hub, plan: Plan) -> None:
    (file,) = hub.lake.table.snapshot().files
    assert file.bytes > 2_000_000
    plan.lose(of=".parquet")
    assert hub.trades().to_arrow().num_rows == ROWS
    whole = fetched(plan)
    assert hub.trades(columns=["trade_id"]).to_arrow().num_rows == ROWS
    one_column = fetched(plan)
    end = START + timedelta(minutes=10)
    assert hub.trades(start=START, end=end).to_arrow().num_rows == 1200
    ten_minutes = fetched(plan)
    assert hub.sql("SELECT count(*) FROM trades").to_arrow().column(0).to_pylist() == [ROWS]
    counted = fetched(plan)
    for part in (one_column, ten_minutes, counted):
        assert part < whole / 2, (whole, one_column, ten_minutes, counted)


def test_a_lake_is_read_without_another_library(lake: str) -> None:
    command = [sys.executable, "-c", ALONE, lake]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)  # noqa: S603 - ours
    assert done.stdout.split() == [str(ROWS), "False", "[]"], done.stderr


def test_the_snippet_for_s3fs_reads_the_same(lake: str, aws: str) -> None:
    s3fs = pytest.importorskip("s3fs", reason="the extra s3fs is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    files = schemahub.open(lake).lake.table.snapshot().files
    system = s3fs.S3FileSystem(endpoint_url=aws, client_kwargs={"region_name": "eu-central-1"})
    paths = [f"{lake.removeprefix('s3://')}/{file.key}" for file in files]
    assert parquet.read_table(paths, filesystem=system).num_rows == ROWS
