"""Alarms sound when something is wrong, and are silent when nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.terraform.alarm_states import Alarm

from schemahub_aws.cloudwatch.metrics import COMMAND, EXCHANGE, LAKE_METRICS, METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.terraform.planned import Plan

KINDS = {
    "stale-data-coinbase",
    "gap-coinbase",
    "breaker-open-coinbase",
    "quarantine-coinbase",
    "no-run-ingest",
    "no-run-transform",
    "failures-ingest",
    "failures-transform",
    "failed-compact",
    "failed-verify",
    "dead-letter",
    "quality-errors",
    "no-run-quality",
    "checks-not-made",
    "incomplete-coinbase",
    "duplicates-coinbase",
    "unbalanced-coinbase",
    "table-late-coinbase",
}
OF_THE_LAMBDA = {
    "incomplete-coinbase",
    "duplicates-coinbase",
    "unbalanced-coinbase",
    "table-late-coinbase",
    "checks-not-made",
    "quality-errors",
    "no-run-quality",
}
OF_AWS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    ("AWS/Lambda", "Errors"),
    ("AWS/Lambda", "Invocations"),
}
EVERY_SIX_HOURS = [hour + 0.2 for hour in range(0, 49, 6)]
NOW = 48.5
HOURS = [hour / 4 for hour in range(4 * 14, 4 * 48)]
"""Quarters of an hour, from when there is enough to tell."""


def alarms(plan: Plan) -> dict[str, Alarm]:
    found = [Alarm(values=one.values) for one in plan.of("aws_cloudwatch_metric_alarm").values()]
    return {one.name.removeprefix("schemahub-"): one for one in found}


def at(hours: Sequence[float], value: float) -> list[tuple[float, float]]:
    return [(hour, value) for hour in hours]


def test_there_is_an_alarm_for_everything_that_somebody_must_know(plan: Plan) -> None:
    assert alarms(plan).keys() == KINDS
    assert plan.output("alarms") == sorted(f"schemahub-{kind}" for kind in KINDS)


def test_each_exchange_has_its_own(several: Plan) -> None:
    for kind in ("stale-data", "gap", "breaker-open", "quarantine"):
        assert {f"{kind}-coinbase", f"{kind}-kraken"} <= alarms(several).keys()


def test_without_the_lambda_nothing_waits_for_it(several: Plan) -> None:
    ends = {kind.removesuffix("-coinbase") for kind in OF_THE_LAMBDA}
    found = {kind.removesuffix("-coinbase").removesuffix("-kraken") for kind in alarms(several)}
    assert not found & ends
    assert len(found) == len(KINDS) - len(OF_THE_LAMBDA)


def test_alarms_watch_metrics_that_are_emitted_with_the_dimensions_they_have(plan: Plan) -> None:
    emitted = {metric.name: set(metric.dimensions) for metric in (*METRICS, *LAKE_METRICS)}
    known = {EXCHANGE: {"coinbase"}, COMMAND: {"ingest", "transform", "compact", "verify"}}
    for alarm in alarms(plan).values():
        namespace, name = alarm.values["namespace"], alarm.values["metric_name"]
        if namespace != "schemahub":
            assert (namespace, name) in OF_AWS
            continue
        dimensions = alarm.values["dimensions"] or {}
        assert dimensions.keys() == emitted[name], name
        assert all(value in known[each] for each, value in dimensions.items())


def test_every_alarm_can_be_evaluated_by_cloudwatch(plan: Plan) -> None:
    for alarm in alarms(plan).values():
        period, periods = alarm.values["period"], alarm.values["evaluation_periods"]
        assert period in {10, 30} or period % 60 == 0
        assert period * periods <= (7 * 86_400 if period >= 3_600 else 86_400), alarm.name


def test_somebody_is_told_when_it_begins_and_when_it_ends(plan: Plan, several: Plan) -> None:
    for made, told in ((plan, {"your-email@example.com"}), (several, {"a@b.example", "c@d.example"})):
        subscriptions = [one.values for one in made.of("aws_sns_topic_subscription").values()]
        assert {(one["protocol"], one["endpoint"]) for one in subscriptions} == {
            ("email", one) for one in told
        }
    configuration = plan.document["configuration"]["root_module"]["module_calls"]["observability"]["module"]
    (alarm,) = (one for one in configuration["resources"] if one["type"] == "aws_cloudwatch_metric_alarm")
    for moment in ("alarm_actions", "ok_actions"):
        assert "aws_sns_topic.alarms.arn" in alarm["expressions"][moment]["references"]


def test_every_alarm_sends_whoever_reads_it_to_the_runbook(plan: Plan) -> None:
    assert all("docs/RUNBOOK.md" in one.values["alarm_description"] for one in alarms(plan).values())


@pytest.mark.parametrize("command", ["ingest", "transform"])
def test_no_run_sounds_when_nothing_is_emitted_for_13_hours(plan: Plan, command: str) -> None:
    alarm = alarms(plan)[f"no-run-{command}"]
    assert not any(alarm.sounds(at(EVERY_SIX_HOURS, 0), hour) for hour in HOURS)
    assert not any(alarm.sounds(at(EVERY_SIX_HOURS, 1), hour) for hour in HOURS), "a failed run is a run"
    ended = at(EVERY_SIX_HOURS[:4], 0)
    last = ended[-1][0]
    assert not alarm.sounds(ended, last + 12)
    assert alarm.sounds(ended, last + 13.1)
    assert alarm.sounds([], NOW), "never a run at all"


def test_stale_data_sounds_when_nothing_new_arrives_whether_runs_end_or_not(plan: Plan) -> None:
    alarm = alarms(plan)["stale-data-coinbase"]
    assert not any(alarm.sounds(at(EVERY_SIX_HOURS, 30), hour) for hour in HOURS)
    # The exchange stands still: runs end, and each is six hours later than the one before.
    still = [(hour, hour * 3_600) for hour in EVERY_SIX_HOURS]
    assert not alarm.sounds(still, 12.5)
    assert alarm.sounds(still, 26)
    assert alarm.sounds(at(EVERY_SIX_HOURS[:4], 30), NOW)
    assert alarm.sounds([], NOW)


@pytest.mark.parametrize("command", ["ingest", "transform"])
def test_one_failure_is_nobodys_night_and_two_in_a_row_are(plan: Plan, command: str) -> None:
    alarm = alarms(plan)[f"failures-{command}"]
    runs = EVERY_SIX_HOURS[:8]
    once = [(hour, float(hour == runs[-1])) for hour in runs]
    twice = [(hour, float(hour in runs[-2:])) for hour in runs]
    now_and_then = [(hour, float(index % 2)) for index, hour in enumerate(runs)]
    assert not alarm.sounds(once, runs[-1] + 1)
    assert alarm.sounds(twice, runs[-1] + 1)
    assert not alarm.sounds(now_and_then, runs[-1] + 1)
    assert alarm.sounds([], NOW, before=True), "silence does not end it"
    assert not alarm.sounds([], NOW, before=False), "nor begin it: another alarm does that"


@pytest.mark.parametrize(
    "kind",
    ["failed-compact", "failed-verify", *sorted(OF_THE_LAMBDA - {"quality-errors", "no-run-quality"})],
)
def test_a_check_that_finds_something_sounds_until_one_finds_nothing(plan: Plan, kind: str) -> None:
    alarm = alarms(plan)[kind]
    assert alarm.sounds([(28.0, 1)], 28.2)
    assert alarm.sounds([(28.0, 1)], 40, before=True)
    assert not alarm.sounds([(28.0, 1), (52.0, 0)], 52.2, before=True)


@pytest.mark.parametrize("kind", ["gap-coinbase", "quarantine-coinbase", "dead-letter", "quality-errors"])
def test_what_may_never_be_sounds_at_the_first(plan: Plan, kind: str) -> None:
    alarm = alarms(plan)[kind]
    assert alarm.sounds([(48.48, 1)], NOW)
    assert not alarm.sounds([(48.48, 0)], NOW)
    assert not alarm.sounds([], NOW)


def test_a_breaker_that_closes_again_is_no_alarm_and_one_that_stays_open_is(plan: Plan) -> None:
    alarm = alarms(plan)["breaker-open-coinbase"]
    assert not alarm.sounds(at([48.0, 48.2], 1), NOW)
    # As in schemahub: 15 seconds, doubled by every probe that fails, up to five minutes.
    pauses = [15.0, 30.0, 60.0, 120.0, 240.0, *[300.0] * 6]
    opened = [47.6 + sum(pauses[:count]) / 3_600 for count in range(len(pauses))]
    assert alarm.sounds(at(opened, 1), NOW)


def test_a_lambda_that_does_not_run_is_missed(plan: Plan) -> None:
    alarm = alarms(plan)["no-run-quality"]
    assert not alarm.sounds(at(EVERY_SIX_HOURS, 1), NOW)
    assert alarm.sounds([(10.0, 1)], NOW)
