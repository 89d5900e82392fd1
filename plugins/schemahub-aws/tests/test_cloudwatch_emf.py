"""The lines are what AWS's specification says, and say what happened."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest
from emf_rules import MOST_METRICS, MOST_VALUES, checked, sums_of, values_of
from event_examples import EXAMPLES, request
from hypothesis import given, settings
from hypothesis import strategies as st

from schemahub_aws.cloudwatch.emf import EmfSink, emf_lines
from schemahub_aws.cloudwatch.measuring import measured
from schemahub_aws.cloudwatch.metrics import METRICS, REQUEST_SECONDS, Metric
from schemahub_aws.cloudwatch.series import series_of
from schemahub_aws.cloudwatch.totals import Point, Totals

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from schemahub.events import Event

TIME_MS = 1_767_225_600_000


def points_of(events: Iterable[Event], *, by_product: bool = False) -> list[Point]:
    totals = Totals()
    for event in events:
        for metric, value in measured(event):
            for series in series_of(metric, event, by_product=by_product):
                totals.add(series, value)
    return totals.take()


def lines_of(events: Iterable[Event], *, by_product: bool = False) -> list[str]:
    return list(emf_lines(points_of(events, by_product=by_product), "schemahub", TIME_MS))


@settings(max_examples=100, deadline=None)
@given(
    events=st.lists(st.sampled_from([event for event, _ in EXAMPLES]), max_size=300), by_product=st.booleans()
)
def test_any_events_make_valid_lines_with_the_right_sums(
    events: list[Event],
    by_product: bool,  # noqa: FBT001 - hypothesis names it
) -> None:
    lines = lines_of(events, by_product=by_product)
    sums = sums_of(lines)
    for metric in METRICS:
        expected = sum(value for event in events for added, value in measured(event) if added == metric)
        values = [value for event in events for added, value in measured(event) if added == metric]
        if not metric.spread or len(values) <= MOST_VALUES:
            by = {"Exchange": "coinbase", "Command": "ingest"}
            assert sums[metric.name, *(by[name] for name in metric.dimensions)] == pytest.approx(expected)
    assert len(lines) <= 4, "a line for each set of dimensions"


def test_nothing_secret_is_in_a_line() -> None:
    text = "".join(lines_of(event for event, _ in EXAMPLES))
    assert text
    assert "s3cret" not in text
    assert "raw/x" not in text


def test_a_line_holds_no_more_metrics_than_it_may() -> None:
    points = [
        Point(metric=Metric(name=f"M{number}"), dimensions=(), values=((number, 1),)) for number in range(250)
    ]
    lines = list(emf_lines(points, "schemahub", TIME_MS))
    sizes = [len(checked(line)["_aws"]["CloudWatchMetrics"][0]["Metrics"]) for line in lines]
    assert sizes == [MOST_METRICS, MOST_METRICS, 50]
    assert len(sums_of(lines)) == 250


def test_many_values_are_thinned_at_even_ranks() -> None:
    every = [request(200, seconds / 1_000) for seconds in range(1, 1_000)]
    (values,) = (
        values for key, values in values_of(lines_of(every)).items() if key[0] == REQUEST_SECONDS.name
    )
    assert len(values) == MOST_VALUES
    assert (values[0], values[-1]) == (0.001, 0.999)
    assert sorted(values)[50] == pytest.approx(0.5, abs=0.01)
    assert sorted(values)[98] == pytest.approx(0.99, abs=0.01)


def test_rounding_bounds_what_is_kept() -> None:
    (point,) = (
        point
        for point in points_of(request(200, 1 + number / 100_000) for number in range(50_000))
        if point.metric == REQUEST_SECONDS
    )
    assert point.count == 50_000
    assert len(point.values) == 51


@pytest.mark.parametrize("name", ["stderr", "stdout"])
def test_lines_go_to_the_stream_that_is_chosen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    streams = {"stderr": io.StringIO(), "stdout": io.StringIO()}
    sink = EmfSink("mine", name)
    for each, stream in streams.items():
        monkeypatch.setattr(sys, each, stream)
    sink.write(points_of([request(200)]), TIME_MS)
    written = streams.pop(name).getvalue()
    assert json.loads(written)["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "mine"
    assert written.endswith("\n")
    assert [stream.getvalue() for stream in streams.values()] == [""]


def test_lines_are_appended_to_a_file(tmp_path: Path) -> None:
    sink = EmfSink("schemahub", str(tmp_path / "metrics.log"))
    for _ in range(3):
        sink.write(points_of([request(200)]), TIME_MS)
    written = (tmp_path / "metrics.log").read_text().splitlines()
    assert sums_of(written)["Requests", "coinbase"] == 3


def test_what_cannot_be_written_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    for sink in (EmfSink("schemahub", str(tmp_path)), EmfSink("schemahub", "stderr")):
        for _ in range(3):
            sink.write(points_of([request(200)]), TIME_MS)
            sink.settle()
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
    assert "Is a directory" in caplog.text
    assert "stderr cannot be written to: ValueError" in caplog.text
