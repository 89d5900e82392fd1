"""The dashboard shows what the code emits: every metric, and no other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.terraform.planned import ROOT

from schemahub_aws.cloudwatch.metrics import LAKE_METRICS, METRICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.terraform.planned import Plan

    from schemahub_aws.cloudwatch.metrics import Metric

PARTS = ["Headline", "Pipeline operations", "API health", "Data completeness and storage"]
EMITTED = {metric.name: metric for metric in (*METRICS, *LAKE_METRICS)}
OF_AWS = {
    "AWS/Athena": {"ProcessedBytes"},
    "AWS/Billing": {"EstimatedCharges"},
    "AWS/DynamoDB": {"ConsumedWriteCapacityUnits"},
    "AWS/S3": {"BucketSizeBytes", "NumberOfObjects"},
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible"},
}
ASKED_FOR = {
    "Headline": {"TradesIngested", "ProductsComplete", "GapsSeen", "WatermarkLag", "EstimatedCharges"},
    "Pipeline operations": {"RunFailed", "RunSeconds", "RowsTransformed", "ProductsIncomplete", "LockSkips"},
    "API health": {
        "Requests",
        "ClientErrors",
        "ServerErrors",
        "RateLimited",
        "BreakerOpened",
        "TokensWaited",
        "RequestSeconds",
    },
    "Data completeness and storage": {
        "GapsSeen",
        "GapsRepaired",
        "RowsQuarantined",
        "LakeDuplicates",
        "LakeAge",
        "BucketSizeBytes",
        "NumberOfObjects",
    },
}
WIDTH = 24


def widgets(plan: Plan) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = plan.only("aws_cloudwatch_dashboard").document("dashboard_body")["widgets"]
    return found


def parts(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Return the widgets below each heading."""
    found: dict[str, list[dict[str, Any]]] = {}
    for widget in widgets(plan):
        if widget["type"] == "text":
            found[widget["properties"]["markdown"].removeprefix("## ")] = []
        else:
            list(found.values())[-1].append(widget["properties"])
    return found


def series(shown: list[dict[str, Any]]) -> Iterator[tuple[str, str, set[str]]]:
    """Yield the namespace, name and dimensions of each series; a search is a series too."""
    for properties in shown:
        for one in properties["metrics"]:
            words = [word for word in one if isinstance(word, str)]
            if words:
                yield words[0], words[1], set(words[2::2])
            else:
                found = re.fullmatch(
                    r"""SEARCH\('\{(\w+),([\w,]+)\} MetricName="(\w+)"', '\w+', \d+\)""", one[0]["expression"]
                )
                assert found, one
                yield found[1], found[3], set(found[2].split(","))


def test_it_has_the_four_parts(plan: Plan) -> None:
    assert list(parts(plan)) == PARTS


@pytest.mark.parametrize("part", PARTS)
def test_each_part_shows_what_it_is_for(plan: Plan, part: str) -> None:
    assert ASKED_FOR[part] <= {name for _, name, _ in series(parts(plan)[part])}


def test_every_metric_shown_is_emitted_and_every_one_emitted_is_shown(plan: Plan) -> None:
    shown = [one for part in parts(plan).values() for one in series(part)]
    assert {name for namespace, name, _ in shown if namespace == "schemahub"} == EMITTED.keys()
    for namespace, name, dimensions in shown:
        if namespace != "schemahub":
            assert name in OF_AWS[namespace]
            continue
        metric = EMITTED[name]
        by_product = metric.by_product and dimensions == {*metric.dimensions, "Product"}
        assert by_product or dimensions == set(metric.dimensions), name


def test_the_page_names_the_same_metrics() -> None:
    page = (ROOT / "docs" / "METRICS.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z]\w+)` \|", page, re.MULTILINE)) == EMITTED.keys()


def test_counted_metrics_are_summed_and_measured_ones_and_levels_are_not(plan: Plan) -> None:
    for shown in (properties for part in parts(plan).values() for properties in part):
        for one in shown["metrics"]:
            words = [word for word in one if isinstance(word, str)]
            if not words or words[0] != "schemahub":
                continue
            own = one[-1].get("stat") if isinstance(one[-1], dict) else None
            statistic = own or shown["stat"]
            assert statistic in statistics_of(EMITTED[words[1]]), (shown["title"], words)


def statistics_of(metric: Metric) -> set[str]:
    """Return what says something of a metric: of a level, a sum over time says nothing."""
    if metric in LAKE_METRICS:
        return {"Maximum"}
    return {"Maximum", "Average", "p50", "p95", "p99"} if metric.spread else {"Sum", "SampleCount"}


def test_latency_is_shown_by_percentiles(plan: Plan) -> None:
    stats = {
        one[-1].get("stat")
        for shown in parts(plan)["API health"]
        for one in shown["metrics"]
        if "RequestSeconds" in one
    }
    assert stats == {"p50", "p95", "p99"}


def test_each_exchange_is_shown(several: Plan) -> None:
    for part in parts(several).values():
        for shown in part:
            exchanges = {one[3] for one in shown["metrics"] if "Exchange" in one}
            assert exchanges in (set(), {"coinbase", "kraken"}), shown["title"]


@pytest.mark.parametrize("made", ["plan", "several"])
def test_no_widget_lies_on_another(made: str, request: pytest.FixtureRequest) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets(request.getfixturevalue(made)):
        cells = {
            (widget["x"] + x, widget["y"] + y)
            for x in range(widget["width"])
            for y in range(widget["height"])
        }
        assert all(x < WIDTH for x, _ in cells)
        assert not taken & cells
        taken |= cells
