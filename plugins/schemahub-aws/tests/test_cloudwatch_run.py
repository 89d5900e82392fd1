"""The real command against a simulated exchange: what the metrics say is what the run says."""

from __future__ import annotations

import json
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from command_line import Done, Schemahub, simulated
from emf_rules import checked, sums_of, values_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("schemahub_coinbase", reason="runs against a simulated Coinbase")
pytest.importorskip("schemahub_mapping", reason="and transforms what it got")
pytest.importorskip("pyarrow", reason="into a table")

FAST = {
    "connectors__coinbase__requests_per_second": 2_000,
    "connectors__coinbase__burst": 2_000,
    "connectors__coinbase__settle_seconds": 0,
    "ingest__batch_size": 1_000,
    "http__first_backoff": 0.001,
    "http__breaker__rate_limited_in_a_row": 1_000,
    "http__breaker__least_requests": 100_000,
}
PRODUCTS = ("BTC-USD", "ETH-USD")
SIMULATION = ("--trades", "5000", "--requests-per-second", "0")


@pytest.fixture
def tool(tmp_path: Path) -> Schemahub:
    return Schemahub(folder=tmp_path).given(**FAST)


@pytest.fixture
def here(tool: Schemahub) -> Iterator[Schemahub]:
    with simulated(tool, *SIMULATION) as there:
        yield there


def ingest(tool: Schemahub, *more: str) -> Done:
    named = [option for product in PRODUCTS for option in ("--product", product)]
    return tool.run("ingest", "--json", "--since", "365d", *named, *more)


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("{")]


def coinbase(sums: Counter[tuple[str, ...]]) -> dict[str, float]:
    return {name: value for (name, *where), value in sums.items() if where == ["coinbase"]}


def test_metrics_are_what_the_run_itself_reports(here: Schemahub) -> None:
    watched = here.given(observers__cloudwatch__mode="emf", observers__cloudwatch__by_product="true")
    done = ingest(watched)
    document = done.document
    assert document["complete"], done.err
    sums = sums_of(lines_of(done.err))
    trades = {each["stream"]["product"]: each["trades"] for each in document["products"]}
    found = coinbase(sums)
    assert found["TradesIngested"] == sum(trades.values()) > 2_000
    for product, count in trades.items():
        assert sums["TradesIngested", "coinbase", product] == count
    objects = list((here.lake / "raw_coinbase_trades").rglob("*.zst"))
    assert found["BatchesStored"] == len(objects)
    assert found["BytesStored"] == sum(path.stat().st_size for path in objects)
    assert found["ProductsComplete"] == 2
    assert found["ProductsIncomplete"] == 0
    assert found["Requests"] >= found["PagesRead"] > 0
    assert sums["RunFailed", "ingest"] == 0
    assert sums["RunSeconds", "ingest"] == pytest.approx(document["seconds"], abs=0.5)
    lags = values_of(lines_of(done.err))["WatermarkLag", "coinbase"]
    assert len(lags) == 2
    status = {each["stream"]["product"]: each for each in _status(here)}
    assert max(lags) <= max(each["lag_seconds"] for each in status.values())

    done = watched.must("transform", "--json")
    sums = sums_of(lines_of(done.err))
    assert coinbase(sums) == {
        "RowsTransformed": done.document["rows"],
        "RowsQuarantined": done.document["quarantined"],
    }
    assert done.document["rows"] == sum(trades.values())
    assert sums["Commits",] == done.document["commits"]
    assert sums["RunFailed", "transform"] == 0
    assert len([key for key in sums if key[0] == "RunFailed"]) == 1


def _status(tool: Schemahub) -> Any:  # noqa: ANN401 - JSON
    return tool.must("status", "--json").document["products"]


@pytest.mark.parametrize(
    ("fault", "name"),
    [("status_429", "RateLimited"), ("status_500", "ServerErrors"), ("reset_before", "Unanswered")],
)
def test_faults_show(tool: Schemahub, fault: str, name: str) -> None:
    with simulated(tool, *SIMULATION, "--fault", f"{fault}:0.25") as there:
        done = ingest(there.given(observers__cloudwatch__mode="emf"))
    found = coinbase(sums_of(lines_of(done.err)))
    assert done.document["complete"], done.err
    assert found[name] > 0
    assert found["Retries"] >= found[name]
    assert found["TradesIngested"] == sum(each["trades"] for each in done.document["products"])


def test_a_failure_shows(here: Schemahub) -> None:
    done = ingest(here.given(observers__cloudwatch__mode="emf"), "--product", "NO-USD")
    assert done.code == 1
    sums = sums_of(lines_of(done.err))
    assert coinbase(sums)["ProductsIncomplete"] == 1
    assert coinbase(sums)["ClientErrors"] > 0
    assert sums["RunFailed", "ingest"] == 1


def test_with_json_stdout_holds_the_result_alone(here: Schemahub) -> None:
    done = ingest(here.given(observers__cloudwatch__mode="emf"))
    json.loads(done.out)
    assert lines_of(done.err)
    file = here.folder / "metrics.log"
    done = ingest(here.given(observers__cloudwatch__mode="emf", observers__cloudwatch__output=str(file)))
    assert not lines_of(done.err)
    for line in file.read_text().splitlines():
        checked(line)


def test_a_mistake_in_a_variable_is_refused_with_its_name(here: Schemahub) -> None:
    done = ingest(here.given(observers__cloudwatch__mode="print"))
    assert done.code == 2
    assert "SCHEMAHUB_OBSERVERS__CLOUDWATCH__MODE" in done.err
    assert "'off', 'emf' or 'api'" in done.err


@pytest.mark.parametrize("how", ["refuses", "hangs"])
def test_without_a_service_the_run_is_the_same(here: Schemahub, aws: str, how: str) -> None:
    assert aws
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        if how == "refuses":
            listener.close()
        elsewhere = here.with_environment(
            AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}",
            AWS_SECRET_ACCESS_KEY="s3cret",  # noqa: S106 - nobody's
        )
        watched = elsewhere.given(
            observers__cloudwatch__mode="api", observers__cloudwatch__settle_seconds=0.5
        )
        began = time.monotonic()
        done = ingest(watched)
        seconds = time.monotonic() - began
    assert done.code == 0, done.err
    assert done.document["complete"]
    assert seconds < done.document["seconds"] + 10
    assert done.err.count("metrics for CloudWatch are lost") == 1
    assert "s3cret" not in done.err


def test_calls_are_out_before_the_process_ends(here: Schemahub, aws: str, unique: str) -> None:
    assert aws
    watched = here.given(
        observers__cloudwatch__mode="api",
        observers__cloudwatch__namespace=unique,
        observers__cloudwatch__settle_seconds=30,
    )
    done = ingest(watched)
    assert done.document["complete"], done.err
    now = datetime.now(UTC)
    (point,) = boto3.client("cloudwatch", region_name="eu-central-1").get_metric_statistics(
        Namespace=unique,
        MetricName="TradesIngested",
        Dimensions=[{"Name": "Exchange", "Value": "coinbase"}],
        StartTime=now - timedelta(hours=2),
        EndTime=now + timedelta(hours=2),
        Period=86_400,
        Statistics=["Sum"],
    )["Datapoints"]
    assert point["Sum"] == sum(each["trades"] for each in done.document["products"]) > 2_000
