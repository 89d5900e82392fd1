"""Each event adds to the metrics that docs/METRICS.md says, and no metric is without one."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from event_examples import EXAMPLES, ended, finished, request

from schemahub_aws.cloudwatch.measuring import measured
from schemahub_aws.cloudwatch.metrics import METRICS
from schemahub_aws.cloudwatch.options import CloudWatchOptions
from schemahub_aws.cloudwatch.series import series_of

if TYPE_CHECKING:
    from schemahub.events import Event

PAGE = (Path(__file__).parents[3] / "docs" / "METRICS.md").read_text(encoding="utf-8")
OF_RUNS = PAGE.partition("## Of the lake as it is")[0]


@pytest.mark.parametrize(("event", "adds"), EXAMPLES)
def test_what_an_event_adds(event: Event, adds: dict[str, float]) -> None:
    assert {metric.name: value for metric, value in measured(event)} == adds


def test_every_metric_is_added_to_by_some_event() -> None:
    assert {name for _, adds in EXAMPLES for name in adds} == {metric.name for metric in METRICS}


def test_every_metric_has_its_line_in_the_docs() -> None:
    rows = {
        name: cells
        for name, *cells in (
            [cell.strip() for cell in line.strip("|").split("|")] for line in OF_RUNS.splitlines()
        )
        if re.fullmatch(r"`[A-Z]\w+`", name)
    }
    assert list(rows) == [f"`{metric.name}`" for metric in METRICS]
    for metric in METRICS:
        unit, dimensions, meaning, event, alarm = rows[f"`{metric.name}`"]
        assert unit == metric.unit
        product = ", by product" if metric.by_product else ""
        assert dimensions == (", ".join(metric.dimensions) or "none") + product
        assert meaning.endswith(".")
        assert alarm
        examples = [type(each).__name__ for each, adds in EXAMPLES if metric.name in adds]
        assert f"`{examples[0]}`" in event


def test_the_docs_say_how_many_there_are() -> None:
    assert f"{len(METRICS)} metrics" in PAGE
    assert f"{sum(metric.by_product for metric in METRICS)} more for each product" in PAGE
    by_exchange = sum(metric.dimensions == ("Exchange",) for metric in METRICS)
    of_the_table = sum(not metric.dimensions for metric in METRICS)
    assert f"{by_exchange} of the exchange, {of_the_table} of the table" in PAGE


def test_every_option_has_its_line_in_the_docs() -> None:
    for name, field in CloudWatchOptions.model_fields.items():
        variable = f"SCHEMAHUB_OBSERVERS__CLOUDWATCH__{name.upper()}"
        default = str(field.default).lower() if isinstance(field.default, bool) else field.default
        shown = "none" if default is None else f"`{default}`"
        assert f"| `{name}` | `{variable}` | {shown} |" in PAGE


def test_dimensions_are_few() -> None:
    (metric,) = [metric for metric in METRICS if metric.name == "WatermarkLag"]
    event = finished()
    assert [dimensions for _, dimensions in series_of(metric, event, by_product=False)] == [
        (("Exchange", "coinbase"),)
    ]
    assert [dimensions for _, dimensions in series_of(metric, event, by_product=True)] == [
        (("Exchange", "coinbase"),),
        (("Exchange", "coinbase"), ("Product", "BTC-USD")),
    ]
    (seconds,) = [metric for metric in METRICS if metric.name == "RunSeconds"]
    assert series_of(seconds, ended("transform"), by_product=True) == [(seconds, (("Command", "transform"),))]


def test_a_dimension_is_what_cloudwatch_takes() -> None:
    (metric,) = [metric for metric in METRICS if metric.name == "Requests"]
    sent = request(200)
    for exchange, shown in (("", "unknown"), ("bör§e", "b\\xf6r\\xa7e"), ("x" * 2_000, "x" * 1_024)):
        event = dataclasses.replace(sent, exchange=exchange)
        assert series_of(metric, event, by_product=False)[0][1] == (("Exchange", shown),)
