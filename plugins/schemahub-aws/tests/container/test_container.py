"""The image's entry point, with an ECS task's variables and nothing else: whole runs, one of them stopped."""

from __future__ import annotations

import json
import os
import signal
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from command_line import finished
from container import IMAGE, USER
from emf_rules import sums_of

import schemahub
from schemahub.layout import StreamId

if TYPE_CHECKING:
    from container import Task

    from schemahub.testing import SimulatedCoinbase

INGEST = ("ingest", "--since", "3d", "--workers", "2", "--chunk-concurrency", "2", "--json")
BUILDERS = {"hatch_fancy_pypi_readme", "hatchling", "packaging", "pathspec", "trove_classifiers"}
"""Pinned too, and gone when the wheels are made."""
STOP_SECONDS = 20.0
"""ECS gives 30 by default, and the task definition 120."""
PREFIX = StreamId("coinbase", "BTC-USD").raw_prefix


def batches(aws: str, bucket: str) -> int:
    s3 = boto3.client("s3", endpoint_url=aws)
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"schemahub/{PREFIX}")
    return int(found["KeyCount"])


def assert_exact(bucket: str, exchange: SimulatedCoinbase) -> None:
    hub = schemahub.open(f"s3://{bucket}/schemahub")
    for product in ("BTC-USD", "ETH-USD"):
        stored: list[bytes] = []
        found = hub.lake.raw.list(StreamId("coinbase", product))
        for each in sorted(found, key=lambda stored: stored.name.first):
            with hub.lake.raw.open(each) as stream:
                stored += stream.read().splitlines()
        assert stored == exchange.lines(product)
    rows = hub.trades(columns=["symbol", "trade_id"]).to_arrow()
    ids = sorted(zip(rows["symbol"].to_pylist(), map(int, rows["trade_id"].to_pylist()), strict=True))
    there = {product: exchange.lines(product) for product in ("BTC-USD", "ETH-USD")}
    assert ids == sorted(
        (name, json.loads(line)["trade_id"]) for name, lines in there.items() for line in lines
    )


def test_whole_runs_with_a_stop_in_the_middle(
    task: Task, aws: str, bucket: str, exchange: SimulatedCoinbase
) -> None:
    task.must("update-seed")
    with task.started(*INGEST) as process:
        while batches(aws, bucket) < 3:
            assert process.poll() is None, "it ended before it was stopped"
            time.sleep(0.01)  # looking at another process: there is nothing to wait on
        process.send_signal(signal.SIGTERM)
        stopped = finished(process, STOP_SECONDS)
    assert stopped.code == 0, stopped.err
    assert "stopped by SIGTERM: what is saved stays" in stopped.err
    assert not stopped.document["complete"]
    sent = sums_of(line for line in stopped.err.splitlines() if line.startswith("{"))
    assert sent["RunFailed", "ingest"] == 1, "whoever watches hears that it did not get to its end"

    assert task.must(*INGEST).document["complete"]
    table = task.must("transform", "--json").document
    assert table["rows"] == 43_000
    task.must("verify", "--deep")
    assert_exact(bucket, exchange)
    again = task.must("transform", "--json").document
    assert (again["rows"], again["commits"]) == (0, 0)


def test_the_version_answers_without_any_variable(task: Task) -> None:
    bare = type(task)(variables={})
    document = bare.must("version", "--json").document
    assert version("schemahub") in json.dumps(document)


@pytest.mark.skipif(IMAGE not in os.environ, reason="of an environment made by docker/build.sh: nox -s image")
class TestOfAnImage:
    """What docker/build.sh made."""

    site = next((Path(os.environ.get(IMAGE, "/")) / "lib").glob("python3*/site-packages"), Path())

    def test_it_holds_what_is_pinned_and_nothing_else(self) -> None:
        found = {spelt(path.name.partition("-")[0]) for path in self.site.glob("*.dist-info")}
        text = (Path(__file__).parents[4] / "docker/constraints.txt").read_text(encoding="utf-8")
        pins = {spelt(line.partition("==")[0]) for line in text.splitlines() if line[:1] != "#"}
        assert {name for name in found if not name.startswith("schemahub")} == pins - BUILDERS

    def test_it_is_compiled_and_holds_no_tests(self) -> None:
        assert not list(self.site.rglob("tests"))
        sources = {path for path in self.site.rglob("*.py") if "_scaffold" not in path.parts}
        compiled = {path.parent.parent / f"{path.name.split('.')[0]}.py" for path in self.site.rglob("*.pyc")}
        assert sources - compiled == set()

    def test_every_plugin_can_be_used(self, task: Task) -> None:
        report = task.must("plugins", "--check", "--json").document
        assert set(report["problems"]) <= {None}
        named = {each["name"] for each in report["plugins"]}
        assert {
            "coinbase",
            "kraken",
            "gemini",
            "bitstamp",
            "binance",
            "mapping",
            "s3",
            "dynamodb",
            "glue",
        } <= named
        assert {"athena", "cloudwatch"} <= named

    def test_it_needs_no_folder_that_can_be_written_to(self) -> None:
        left = [path for path in Path("/tmp").iterdir() if path.stat().st_uid == USER]  # noqa: S108 - looked at
        assert left == []


def spelt(name: str) -> str:
    return name.replace("-", "_").replace(".", "_").lower()
