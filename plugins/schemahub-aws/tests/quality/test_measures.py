"""Reports become points: levels, zeros for what is well, and each product where that is wanted."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from schemahub._clock import Stop
from schemahub.errors import ConfigError
from schemahub_aws.cloudwatch.metrics import LAKE_METRICS
from schemahub_aws.quality.aspects import ASPECTS
from schemahub_aws.quality.function import handler
from schemahub_aws.quality.measures import points
from schemahub_aws.quality.question import Question
from schemahub_aws.quality.report import Aspect, Doubled, Finding, Holding, Level, Report
from schemahub_aws.quality.timing import stopping_before_the_end

ROOT = Path(__file__).parents[4]


def holding(product: str, exchange: str = "coinbase", age_seconds: float | None = 60.0) -> Holding:
    return Holding(
        exchange=exchange,
        product=product,
        trades=10,
        rows=9,
        quarantined=1,
        missing=2,
        raw_files=3,
        raw_bytes=400,
        age_seconds=age_seconds,
        table_age_seconds=age_seconds,
    )


def finding(aspect: Aspect, level: Level, exchange: str | None, product: str | None) -> Finding:
    return Finding(aspect=aspect, check="x", level=level, exchange=exchange, product=product, found="y")


def report(*findings: Finding, doubled: tuple[Doubled, ...] = ()) -> Report:
    held = (holding("BTC-USD"), holding("ETH-USD"), holding("XBTUSD", "kraken", None))
    return Report(lake="s3://b/l", seconds=1, findings=findings, holdings=held, doubled=doubled)


def sent(given: Report, *, by_product: bool = False) -> dict[tuple[str, ...], float]:
    found = points(given, by_product=by_product)
    keys = [(point.metric.name, *(value for _, value in point.dimensions)) for point in found]
    assert len(set(keys)) == len(keys), "a series is there once"
    return {key: point.values[0][0] for key, point in zip(keys, found, strict=True)}


def test_every_metric_of_the_lake_is_sent_and_in_the_docs() -> None:
    assert {name for name, *_ in sent(report())} == {metric.name for metric in LAKE_METRICS}
    page = (ROOT / "docs/METRICS.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line.split("|") for line in page.splitlines() if line.startswith("| `Lake")}
    assert set(rows) == {metric.name for metric in LAKE_METRICS}
    for metric in LAKE_METRICS:
        _, _, unit, dimensions, *_ = rows[metric.name]
        assert unit.strip() == metric.unit
        told = ", ".join(metric.dimensions) or "none"
        assert dimensions.strip() == told + (", by product" if metric.by_product else "")


def test_levels_are_those_of_each_exchange() -> None:
    values = sent(report())
    assert values["LakeTrades", "coinbase"] == 20
    assert values["LakeTrades", "kraken"] == 10
    assert values["LakeRawBytes", "coinbase"] == 800
    assert ("LakeAge", "kraken") not in values, "nothing is not new"


def test_a_product_counts_once_whatever_is_wrong_with_it() -> None:
    twice = [finding(Aspect.COMPLETENESS, Level.FAILED, "coinbase", "BTC-USD")] * 2
    values = sent(report(*twice, finding(Aspect.COMPLETENESS, Level.FAILED, "coinbase", "ETH-USD")))
    assert values["LakeIncomplete", "coinbase"] == 2
    assert values["LakeIncomplete", "kraken"] == 0


def test_a_fault_of_the_whole_table_counts_for_each_exchange() -> None:
    values = sent(report(finding(Aspect.BALANCE, Level.FAILED, None, None)))
    assert values["LakeUnbalanced", "coinbase"] == values["LakeUnbalanced", "kraken"] == 1


def test_warnings_count_only_where_nothing_can_fail() -> None:
    warned = [finding(aspect, Level.WARNING, "coinbase", "BTC-USD") for aspect in Aspect]
    values = sent(report(*warned))
    assert {name for (name, *where), value in values.items() if where == ["coinbase"] and value == 1} == {
        "LakeUnusual",
        "LakeSenseless",
    }


def test_what_athena_counts_are_rows() -> None:
    values = sent(report(doubled=(Doubled(exchange="coinbase", rows=10, more_than_once=3),)))
    assert values["LakeDuplicates", "coinbase"] == 3
    assert values["LakeDuplicates", "kraken"] == 0


def test_ages_of_each_product_where_they_are_wanted() -> None:
    more = set(sent(report(), by_product=True)) - set(sent(report()))
    assert more == {
        (name, "coinbase", product)
        for name in ("LakeAge", "LakeTableAge")
        for product in ("BTC-USD", "ETH-USD")
    }


@pytest.mark.parametrize(
    ("level", "complete"),
    [(Level.NOTE, True), (Level.WARNING, True), (Level.FAILED, False), (Level.NOT_MADE, False)],
)
def test_a_warning_is_no_failure(level: Level, *, complete: bool) -> None:
    found = report(finding(Aspect.SENSE, level, "coinbase", "BTC-USD"))
    assert found.complete == complete
    assert str(found).startswith("3 products")


def test_every_check_of_the_lake_has_its_aspect() -> None:
    source = ROOT / "src/schemahub/_quality"
    text = "".join(path.read_text(encoding="utf-8") for path in source.glob("*.py"))
    named = set(re.findall(r'\b(?:ok|note|warning|failed|told|_age)\(\s*"([^"]+)",', text))
    assert len(named) > 20
    assert named - set(ASPECTS) == set()


@pytest.mark.parametrize("event", [None, {}, {"source": "aws.scheduler", "detail": {}}, "text"])
def test_what_a_schedule_sends_asks_for_everything(event: object) -> None:
    assert Question.of_event(event) == Question()


def test_an_unknown_key_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match=r"event\.product.*exchange, products, days, proof"):
        Question.of_event({"product": "BTC-USD"})


def test_it_stops_before_it_is_cut_off() -> None:
    stop, woken = Stop(), threading.Event()
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 10)
    with stopping_before_the_end(context, stop):
        assert not woken.wait(0) or stop.is_set
        assert stop.wait(5)
    assert "nearly up (0 s)" in stop.reason


def test_without_a_lake_it_says_which_variables_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("S3_BUCKET", "SCHEMAHUB_LAKE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigError, match="S3_BUCKET or SCHEMAHUB_LAKE"):
        handler({}, None)
