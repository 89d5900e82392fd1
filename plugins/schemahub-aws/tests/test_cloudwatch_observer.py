"""When metrics go out, and that none of it is there while it is off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from event_examples import PAGE, ended, stored
from pydantic import ValidationError

import schemahub
from schemahub.testing import FakeClock
from schemahub_aws.cloudwatch.metrics import PAGES_READ, TRADES_INGESTED
from schemahub_aws.cloudwatch.observer import CloudWatch
from schemahub_aws.cloudwatch.options import CloudWatchOptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from schemahub_aws.cloudwatch.metrics import Metric
    from schemahub_aws.cloudwatch.totals import Point

NEW_YEAR_MS = 1_767_225_600_000


class Memory:
    """Keeps what was written, and when."""

    def __init__(self) -> None:
        self.flushes: list[tuple[Sequence[Point], int]] = []
        self.settled = 0

    def write(self, points: Sequence[Point], time_ms: int) -> None:
        self.flushes.append((points, time_ms))

    def settle(self) -> None:
        self.settled += 1

    def total(self, metric: Metric) -> float:
        every = [point for points, _ in self.flushes for point in points if point.metric == metric]
        return sum(value * count for point in every for value, count in point.values)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def watching(memory: Memory, clock: FakeClock) -> CloudWatch:
    return CloudWatch(CloudWatchOptions(mode="emf"), memory, monotonic=clock.monotonic, now_ns=clock.now_ns)


def test_a_long_run_shows_its_progress_once_a_minute(
    watching: CloudWatch, memory: Memory, clock: FakeClock
) -> None:
    for _ in range(180):
        watching.schemahub_event(PAGE)
        clock.advance(1)
    watching.schemahub_event(ended())
    assert [time_ms - NEW_YEAR_MS for _, time_ms in memory.flushes] == [60_000, 120_000, 180_000]
    assert memory.total(PAGES_READ) == 180
    assert memory.settled == 1, "at the end alone"


def test_a_run_that_is_over_is_out_at_once(watching: CloudWatch, memory: Memory) -> None:
    watching.schemahub_event(stored())
    assert memory.flushes == []
    watching.schemahub_event(ended())
    assert memory.total(TRADES_INGESTED) == 100
    watching.schemahub_event(ended("transform"))
    assert len(memory.flushes) == 2
    assert memory.total(TRADES_INGESTED) == 100, "counted once"


def test_more_series_than_a_call_holds_do_not_wait(memory: Memory, clock: FakeClock) -> None:
    options = CloudWatchOptions(mode="emf", by_product=True)
    watching = CloudWatch(options, memory, monotonic=clock.monotonic, now_ns=clock.now_ns)
    for number in range(2_500):
        stream = schemahub.layout.StreamId("coinbase", f"P{number}-USD")
        watching.schemahub_event(type(PAGE)(stream=stream, trades=1))
        watching.schemahub_event(stored_of(stream))
    assert len(memory.flushes) == 2
    assert all(len(points) == 1_000 for points, _ in memory.flushes)


def test_threads_lose_nothing(watching: CloudWatch, memory: Memory, clock: FakeClock) -> None:
    def work() -> None:
        for _ in range(500):
            watching.schemahub_event(stored())
            clock.advance(0.5)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    watching.schemahub_event(ended())
    assert memory.total(TRADES_INGESTED) == 8 * 500 * 100
    assert len(memory.flushes) > 10


def stored_of(stream: schemahub.layout.StreamId) -> schemahub.events.BatchStored:
    example = stored()
    return type(example)(
        stream=stream,
        key=example.key,
        span=example.span,
        count=1,
        bytes=1,
        seconds=0.5,
        adopted=False,
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"mode": "print"}, "'off', 'emf' or 'api'"),
        ({"namespace": ""}, "namespace"),
        ({"flush_seconds": 0}, "greater than 0"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_options_are_checked(options: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        CloudWatchOptions.model_validate(options)


def test_it_is_off_unless_it_is_switched_on() -> None:
    assert CloudWatch.of_options({}) is None
    assert CloudWatch.of_options({"mode": "off", "by_product": True}) is None
    assert isinstance(CloudWatch.of_options({"mode": "emf"}), CloudWatch)


PROBE = """
import json, sys
import schemahub
hub = schemahub.open(sys.argv[1])
emit = hub._jobs.emit
from schemahub.events import RunFinished, silent
emit(RunFinished(command="x", exchange=None, failed=0, seconds=1.0))
print(json.dumps({"silent": emit is silent, "modules": sorted(sys.modules)}))
"""


def probe(tmp_path: Path, **environment: str) -> tuple[bool, set[str]]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMAHUB_")}
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-W", "error", "-c", PROBE, str(tmp_path / "lake")],
        env={**ours, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answer = json.loads(done.stdout)
    return answer["silent"], set(answer["modules"])


def test_while_it_is_off_nobody_listens_and_nothing_is_imported(tmp_path: Path) -> None:
    unrecorded = {"SCHEMAHUB_RUNS__RECORD": "false"}
    silent, modules = probe(tmp_path, **unrecorded)
    assert silent
    assert not {name for name in modules if name.split(".")[0] in {"boto3", "botocore"}}
    on = {**unrecorded, "SCHEMAHUB_OBSERVERS__CLOUDWATCH__MODE": "emf"}
    silent, modules = probe(tmp_path, **on)
    assert not silent
    assert not {name for name in modules if name.split(".")[0] in {"boto3", "botocore"}}, "lines need no API"
