"""What steps do when something is in their way, and when they are begun."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("dagster", reason="the assets need Dagster: nox -s dagster")
pytest.importorskip("schemahub_dagster", reason="pip install -e plugins/schemahub-dagster: nox -s dagster")
pytest.importorskip("schemahub_coinbase", reason="trades come from a connector: schemahub-coinbase")
pytest.importorskip("schemahub_mapping", reason="rows come from a mapping: schemahub-mapping")

import dagster as dg

import schemahub
from schemahub.errors import ConfigError, IntegrityError, RetryableError
from schemahub.layout import StreamId
from schemahub_dagster import Executor, Lake
from schemahub_dagster.cell import Cell, cells
from schemahub_dagster.complete import judge, spelt
from schemahub_dagster.raw import fetch
from schemahub_dagster.schedules import requests
from schemahub_dagster.unified import bring
from schemahub_dagster.walls import in_dagsters_words

if TYPE_CHECKING:
    from pathlib import Path

    from dagster_runs import Runs

    from schemahub.testing import SimulatorServer

BTC = Cell(product="BTC-USD", day="2026-01-02")


@pytest.fixture
def hub(tmp_path: Path, settings: dict[str, object]) -> schemahub.Hub:
    quick = {"http.attempts": 1, "ingest.page_attempts": 1}
    return Lake(url=str(tmp_path / "lake"), settings={**settings, **quick}).hub()


def test_a_day_that_was_not_fetched_is_not_materialised(
    hub: schemahub.Hub, exchange: SimulatorServer
) -> None:
    exchange.exchange.log("BTC-USD").alter(lambda _, line: line[:-1])
    with pytest.raises(dg.Failure, match="coinbase/BTC-USD: failed: ") as failure:
        fetch(hub, "coinbase", BTC)
    assert failure.value.allow_retries


def test_a_product_that_another_runner_holds_is_tried_again(hub: schemahub.Hub) -> None:
    stream = StreamId(exchange="coinbase", product=BTC.product)
    lease = hub.lake.locks.acquire(stream.lease_name, "somebody", 600, time.time_ns())
    assert lease
    with pytest.raises(dg.Failure, match="coinbase/BTC-USD: held by another runner") as failure:
        fetch(hub, "coinbase", BTC)
    assert failure.value.allow_retries
    hub.lake.locks.release(lease)
    assert fetch(hub, "coinbase", BTC)["state"] == "done"


def test_what_is_left_out_of_the_table_is_not_materialised(hub: schemahub.Hub, tmp_path: Path) -> None:
    fetch(hub, "coinbase", BTC)
    (raw,) = (path for path in (tmp_path / "lake").rglob("*.zst") if "BTC-USD" in str(path))
    raw.write_bytes(b"damaged")
    with pytest.raises(dg.Failure, match=r"coinbase/BTC-USD: \d+ positions are not in the table"):
        bring(hub, "coinbase", BTC)


def test_what_fails_of_another_product_does_not_count(hub: schemahub.Hub, tmp_path: Path) -> None:
    fetch(hub, "coinbase", BTC)
    fetch(hub, "coinbase", Cell(product="ETH-USD", day=BTC.day))
    (raw,) = (path for path in (tmp_path / "lake").rglob("*.zst") if "ETH-USD" in str(path))
    raw.write_bytes(b"damaged")
    assert bring(hub, "coinbase", BTC)["dagster/partition_row_count"] > 300  # type: ignore[operator]  # it is a number


@pytest.mark.parametrize(
    ("error", "again"), [(ConfigError, False), (IntegrityError, False), (RetryableError, True)]
)
def test_what_a_repetition_cannot_mend_is_not_repeated(
    error: type[schemahub.SchemahubError],
    again: bool,  # noqa: FBT001 - a case of the test
) -> None:
    msg = "it broke"
    with pytest.raises(dg.Failure, match=msg) as failure, in_dagsters_words():
        raise error(msg)
    assert failure.value.allow_retries is again


def test_the_schedule_asks_for_yesterday_and_today() -> None:
    partitions = cells(("BTC-USD", "ETH-USD"), "2026-01-01", None)

    def keys(now: datetime) -> list[str | None]:
        return [each.partition_key for each in requests(partitions, now)]

    assert keys(datetime(2026, 1, 1, 6, 10, tzinfo=UTC)) == ["2026-01-01|BTC-USD", "2026-01-01|ETH-USD"]
    assert keys(datetime(2026, 3, 1, 0, 10, tzinfo=UTC)) == [
        f"{day}|{product}" for day in ("2026-02-28", "2026-03-01") for product in ("BTC-USD", "ETH-USD")
    ]


# Dagster warns of the tags that it makes itself of a partition with two dimensions.
@pytest.mark.filterwarnings("ignore:Non-compliant tag keys:DeprecationWarning")
def test_the_schedule_runs_the_job_of_the_partitions(runs: Runs) -> None:
    schedule = runs.definitions.resolve_schedule_def("coinbase_collect")
    context = dg.build_schedule_context(
        instance=runs.instance,
        repository_def=runs.definitions.get_repository_def(),
        scheduled_execution_time=datetime(2026, 1, 3, 6, 10, tzinfo=UTC),
    )
    found = schedule.evaluate_tick(context).run_requests
    # Where an end is given, today is none of the days.
    assert [request.partition_key for request in found or ()] == [
        f"2026-01-02|{product}" for product in ("BTC-USD", "ETH-USD")
    ]
    # A tick that is evaluated twice begins each run once; the next tick begins it anew.
    assert next(request.run_key for request in found or ()) == "2026-01-03T06:10:00+00:00 2026-01-02|BTC-USD"
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED


def test_the_executor_is_what_the_resource_says(tmp_path: Path) -> None:
    lake = Lake(
        url=str(tmp_path),
        settings={"executor.workers": 7, "transform.threads": 3},
        executor=Executor(name="threads", workers=2),
    )
    settings = lake.hub().settings
    assert (settings.executor.name, settings.executor.workers, settings.transform.threads) == (
        "threads",
        2,
        3,
    )
    assert Lake(url=str(tmp_path)).hub().settings.executor.name == "inline"


def test_a_cell_and_its_key_are_inverses() -> None:
    assert Cell.of(BTC.key) == BTC
    assert (BTC.start.isoformat(), BTC.end.isoformat()) == (
        "2026-01-02T00:00:00+00:00",
        "2026-01-03T00:00:00+00:00",
    )


def test_many_holes_are_told_in_short() -> None:
    holes = schemahub.SpanSet.of(schemahub.Span(first, first + 1) for first in range(0, 70, 10))
    assert spelt(holes) == "0..1, 10..11, 20..21, 30..31, 40..41, ... (14 in all)"
    assert spelt(schemahub.SpanSet()) == ""


def test_nothing_of_it_is_imported_unless_asked_for() -> None:
    code = "import schemahub, sys; hub = schemahub.open('lake'); hub.settings; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert not {name.split(".")[0] for name in done.stdout.split()} & {"dagster", "schemahub_dagster"}


def test_days_before_a_products_first_trade_hold_nothing(hub: schemahub.Hub) -> None:
    early = Cell(product="BTC-USD", day="2020-01-01")
    assert fetch(hub, "coinbase", early)["new trades"] == 0
    assert bring(hub, "coinbase", early) == {"dagster/partition_row_count": 0, "new rows": 0}
    found = judge(hub, "coinbase", early)
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
