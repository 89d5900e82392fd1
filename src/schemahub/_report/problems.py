"""One sentence a problem: what the checks found, said once, the worst first."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, State, counted
from schemahub._quality.day_state import DayState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._lake.run_record import RunRecord
    from schemahub._report.facts import Facts


class Level(enum.Enum):
    """How bad it is: a `PROBLEM` makes the report's command exit 1."""

    PROBLEM = "problem"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong where, and what to do about it."""

    level: Level
    where: str
    text: str
    hint: str = ""


def problems_of(facts: Facts) -> tuple[Problem, ...]:
    """Return what is not well; nothing at all if everything is proved and usual."""
    found = [*_not_had(facts), *_of_checks(facts), *_of_days(facts), *_of_runs(facts)]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.level is not Level.PROBLEM))


def verdict(facts: Facts, problems: tuple[Problem, ...]) -> tuple[str, str]:
    """Return the state of all in a word that the page has a colour for, and in a sentence."""
    bad = sum(one.level is Level.PROBLEM for one in problems)
    warned = len(problems) - bad
    if bad:
        more = f" and {counted(warned, 'warning')}" if warned else ""
        return "problem", f"{counted(bad, 'problem')}{more}"
    if not facts.streams:
        return "empty", "The lake is empty"
    if warned:
        return "warning", f"Nothing missing, nothing twice; {counted(warned, 'warning')}"
    return "good", "All is proved: nothing missing, nothing twice"


def _not_had(facts: Facts) -> Iterator[Problem]:
    for part, reason in facts.failures:
        yield Problem(level=Level.PROBLEM, where=part, text=f"This part could not be looked at: {reason}")


def _of_checks(facts: Facts) -> Iterator[Problem]:
    for where, check in every_check(facts):
        if check.state in {State.FAILED, State.WARNING}:
            level = Level.PROBLEM if check.state is State.FAILED else Level.WARNING
            yield Problem(level=level, where=where, text=f"{check.name}: {check.evidence}", hint=check.hint)


def every_check(facts: Facts) -> Iterator[tuple[str, Check]]:
    """Yield all that `verify` and `status --quality` looked at, with what it was about."""
    if facts.proof:
        yield from (("table", check) for check in facts.proof.table)
        yield from ((str(each.stream), check) for each in facts.proof.products for check in each.checks)
    if facts.quality:
        yield from ((str(each.stream), check) for each in facts.quality.products for check in each.checks)
        yield from ((each.exchange, check) for each in facts.quality.exchanges for check in each.checks)


def _of_days(facts: Facts) -> Iterator[Problem]:
    """Look at the days where there is no proof; else `verify` has judged what is missing from them."""
    if facts.proof or not facts.conditions:
        return
    for each in facts.conditions.products:
        holed = [day.trade_date for day in each.days if day.state is DayState.HOLED]
        if holed:
            text = f"{counted(len(holed), 'day')} with holes, from {holed[0]} to {holed[-1]}"
            yield Problem(level=Level.PROBLEM, where=str(each.stream), text=text)


def _of_runs(facts: Facts) -> Iterator[Problem]:
    """Look at the newest run of each kind: what later ones mended is no problem any more."""
    seen: set[tuple[str, str | None]] = set()
    for run in facts.runs.records if facts.runs else ():
        if (run.command, run.exchange) not in seen:
            seen.add((run.command, run.exchange))
            yield from _of_run(run)
    if facts.runs and facts.runs.unreadable:
        keys = facts.runs.unreadable
        text = f"{counted(len(keys), 'record')} cannot be read, such as {keys[0]}"
        yield Problem(level=Level.WARNING, where="runs", text=text)


def _of_run(run: RunRecord) -> Iterator[Problem]:
    where = f"last {run.command}" + (f" of {run.exchange}" if run.exchange else "")
    if not run.complete:
        reason = run.error or next((f"{each.what}: {each.error}" for each in run.failures), "")
        text = f"not done: {reason}" if reason else f"{run.failed:,} not done"
        yield Problem(level=Level.WARNING, where=where, text=text)
    if run.asked.breaker_opened:
        times = counted(run.asked.breaker_opened, "time")
        yield Problem(level=Level.WARNING, where=where, text=f"the circuit breaker opened {times}")
