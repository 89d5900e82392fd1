"""PutMetricData: what arrives, what a call may hold, and a service that refuses or hangs."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import botocore.exceptions
import pytest
from event_examples import EXAMPLES, ended, request

from schemahub_aws.cloudwatch.api import ApiSink
from schemahub_aws.cloudwatch.data import MOST_DATA, MOST_VALUES, calls
from schemahub_aws.cloudwatch.measuring import measured
from schemahub_aws.cloudwatch.metrics import METRICS, Metric
from schemahub_aws.cloudwatch.observer import CloudWatch
from schemahub_aws.cloudwatch.options import CloudWatchOptions
from schemahub_aws.cloudwatch.totals import Point
from schemahub_aws.session import make_client

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEGABYTE = 1_000_000
POINT = Point(metric=METRICS[0], dimensions=(("Exchange", "coinbase"),), values=((1.0, 1),))


def observer(namespace: str, **options: Any) -> CloudWatch:  # noqa: ANN401 - as a person writes them
    made = CloudWatch.of_options({"mode": "api", "namespace": namespace, **options})
    assert made is not None
    return made


def statistics(namespace: str, metric: Metric, dimensions: dict[str, str]) -> dict[str, float]:
    now = datetime.now(UTC)
    (point,) = make_client("cloudwatch", CloudWatchOptions()).get_metric_statistics(
        Namespace=namespace,
        MetricName=metric.name,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - timedelta(hours=2),
        EndTime=now + timedelta(hours=2),
        Period=86_400,
        Statistics=["Sum", "SampleCount", "Maximum", "Minimum"],
    )["Datapoints"]
    assert point["Unit"] == metric.unit
    return {name: point[name] for name in ("Sum", "SampleCount", "Maximum", "Minimum")}


def test_what_happened_can_be_read_back(aws: str, unique: str) -> None:
    watching = observer(unique, flush_seconds=0.001)
    happened = [event for event, _ in EXAMPLES] * 3
    for event in happened:
        watching.schemahub_event(event)
    watching.schemahub_event(ended("transform"))
    client = boto3.client("cloudwatch", region_name="eu-central-1", endpoint_url=aws)
    pages = client.get_paginator("list_metrics").paginate(Namespace=unique)
    listed = {metric["MetricName"] for page in pages for metric in page["Metrics"]}
    assert listed == {metric.name for metric in METRICS}
    where = {"Exchange": "coinbase", "Command": "ingest"}
    for metric in METRICS:
        values = [value for event in happened for added, value in measured(event) if added == metric]
        found = statistics(unique, metric, {name: where[name] for name in metric.dimensions})
        assert found["Sum"] == pytest.approx(sum(values)), metric.name
        if metric.spread:
            assert found["SampleCount"] == len(values), metric.name
            assert (found["Minimum"], found["Maximum"]) == (min(values), max(values)), metric.name
    assert statistics(unique, METRICS[-1], {"Command": "transform"})["Maximum"] == 0


def test_products_have_series_of_their_own_where_that_is_wanted(aws: str, unique: str) -> None:
    assert aws
    watching = observer(unique, by_product=True)
    for event, _ in EXAMPLES:
        watching.schemahub_event(event)
    where = {"Exchange": "coinbase", "Product": "BTC-USD"}
    found = {metric.name: statistics(unique, metric, where) for metric in METRICS if metric.by_product}
    assert {name: each["Sum"] for name, each in found.items()} == {
        "TradesIngested": 100,
        "WatermarkLag": 60,
        "ProductsIncomplete": 1,
        "GapsSeen": 1,
    }


def spread(values: int, dimensions: tuple[tuple[str, str], ...] = ()) -> Point:
    metric = Metric(name="S", dimensions=tuple(name for name, _ in dimensions), spread=True)
    return Point(
        metric=metric,
        dimensions=dimensions,
        values=tuple((number / 7, number + 1) for number in range(values)),
    )


@pytest.mark.parametrize(
    "points",
    [
        [POINT] * 2_500,
        [spread(1_000)] * 40,
        [spread(1, (("Exchange", "x" * 1_024), ("Product", "\\" * 1_024)))] * 900,
    ],
)
def test_a_call_is_no_larger_than_it_may_be(points: Sequence[Point]) -> None:
    made = list(calls(points, 1_767_225_600_000))
    assert len(made) > 1
    for data in made:
        assert len(data) <= MOST_DATA
        assert max(len(datum["Values"]) for datum in data) <= MOST_VALUES
        assert _encoded(data) < MEGABYTE
    assert sum(sum(datum["Counts"]) for data in made for datum in data) == sum(
        point.count for point in points
    )


def _encoded(data: list[dict[str, Any]]) -> int:
    """Return the size of a call as boto3 would send it, before it is compressed."""
    client = make_client_for("http://127.0.0.1:9")
    sizes = []

    def measure(params: dict[str, Any], **_: object) -> None:
        body = params["body"]
        sizes.append(len(botocore_text(body)))
        raise Measured

    client.meta.events.register("before-call.cloudwatch.PutMetricData", measure)
    with pytest.raises(Measured):
        client.put_metric_data(Namespace="x", MetricData=data)
    return sizes[0]


class Measured(Exception):
    """The call got as far as it should."""


def botocore_text(body: object) -> bytes:
    from urllib.parse import urlencode

    if isinstance(body, dict):
        return urlencode(body).encode()
    return body if isinstance(body, bytes) else str(body).encode()


def make_client_for(url: str) -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
    from botocore.config import Config

    return boto3.client(
        "cloudwatch",
        region_name="eu-central-1",
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - nobody's
        config=Config(disable_request_compression=True),
    )


@pytest.fixture
def hanging() -> Iterator[str]:
    """Return the URL of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_service_that_hangs_delays_the_end_by_no_more_than_is_set(
    aws: str, hanging: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert aws
    monkeypatch.setenv("AWS_ENDPOINT_URL", hanging)
    client = make_client("cloudwatch", CloudWatchOptions())
    sink = ApiSink("hangs", 0.3, lambda: client)
    watching = CloudWatch(CloudWatchOptions(mode="api"), sink)
    began = time.monotonic()
    watching.schemahub_event(request(200))
    watching.schemahub_event(ended())
    assert 0.2 < time.monotonic() - began < 3, "it waits as long as it is told to, and no longer"
    for _ in range(50):
        sink.write([POINT], 1_767_225_600_000)
    assert len(sink._waiting) == 10, "memory is bounded"
    assert [record.message for record in caplog.records] == [
        "metrics for CloudWatch are lost, and this is said once: PutMetricData did not end in 0.3 s"
    ]


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_a_refusal_is_said_once_and_dropped(code: str, caplog: pytest.LogCaptureFixture) -> None:
    refused = botocore.exceptions.ClientError(
        {"Error": {"Code": code, "Message": "arn:aws:iam::1:user/s3cret"}}, "PutMetricData"
    )
    client = Client(refused)
    sink = ApiSink("schemahub", 5.0, lambda: client)
    for _ in range(3):
        sink.write([POINT], 1_767_225_600_000)
        sink.settle()
    assert client.calls == 3
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert code in caplog.text
    assert ("needs cloudwatch:PutMetricData" in caplog.text) == (code == "AccessDenied")
    assert "s3cret" not in caplog.text


def test_no_region_and_no_server_are_no_failures(
    aws: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert aws
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}")
    observer("x").schemahub_event(ended())
    assert "PutMetricData failed: EndpointConnectionError" in caplog.text
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    observer("x").schemahub_event(ended())
    assert "no client for cloudwatch can be made. Set AWS_REGION" in caplog.text


class Client:
    """Fails as it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.calls = 0
        self.error = error
        self.names: list[str] = []

    def put_metric_data(self, **_: object) -> None:
        self.calls += 1
        self.names.append(threading.current_thread().name)
        if self.error:
            raise self.error


def test_calls_are_made_by_one_thread_beside_the_run() -> None:
    client = Client()
    sink = ApiSink("schemahub", 5.0, lambda: client)
    for _ in range(5):
        sink.write([POINT], 1_767_225_600_000)
        sink.settle()
    assert client.names == ["schemahub-cloudwatch"] * 5
