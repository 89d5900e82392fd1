"""Facts to one HTML file that needs nothing besides itself."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from schemahub import __version__
from schemahub._quality.condition_result import Condition
from schemahub._quality.day_state import DayState
from schemahub._quality.status import duration
from schemahub._report import tables
from schemahub._report.calendar import Picture, picture
from schemahub._report.problems import verdict
from schemahub._report.series import data_of, json_for_html
from schemahub._report.wording import short_time, size
from schemahub.results import cell_text
from schemahub.times import parse_duration

if TYPE_CHECKING:
    from jinja2 import Environment

    from schemahub._quality.checks import State
    from schemahub._report.facts import Facts
    from schemahub._report.problems import Problem
    from schemahub.settings import QualitySettings

_NS_PER_SECOND = 1_000_000_000
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure of the first look."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """One product's days in sight; `headline` is of all its days."""

    name: str
    headline: str
    picture: Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """One product's age, as a share of the age at which it is late."""

    name: str
    text: str
    percent: float | None
    late: bool


def render(facts: Facts, problems: tuple[Problem, ...], settings: QualitySettings) -> str:
    """Return the page. Whatever stands in names and errors is text in it, and nothing else.

    A policy in its head lets it load nothing, and run only the two scripts that it brings.
    """
    in_sight = tuple(_in_sight(facts, each) for each in _conditions(facts))
    # A column for a week of which nothing is known of any product would be an empty one.
    first = min((each.days[0].trade_date for each in in_sight if each.days), default=facts.since_day)
    scripts = (_asset("uPlot.iife.min.js"), _asset("report.js"))
    level, sentence = verdict(facts, problems)
    return (
        _environment()
        .get_template("report.html")
        .render(
            facts=facts,
            version=__version__,
            made_at=short_time(facts.made_at),
            level=level,
            sentence=sentence,
            problems=problems,
            tiles=_tiles(facts),
            calendars=tuple(_calendar(facts, each, first) for each in in_sight),
            lags=_lags(facts, settings),
            freshness_limit=settings.freshness_limit,
            tables=tables,
            days=tables.days(in_sight),
            states=_states(facts),
            data=json_for_html(data_of(facts, in_sight)),
            styles=(_asset("uPlot.min.css"), _asset("report.css")),
            scripts=scripts,
            policy=" ".join(map(_hash, scripts)),
        )
    )


def _conditions(facts: Facts) -> tuple[Condition, ...]:
    """Return one condition for each stream, in their order."""
    return tuple(facts.condition_of(stream) or Condition(stream=stream, days=()) for stream in facts.streams)


def _in_sight(facts: Facts, condition: Condition) -> Condition:
    days = tuple(day for day in condition.days if day.trade_date >= facts.since_day)
    return dataclasses.replace(condition, days=days)


def _calendar(facts: Facts, condition: Condition, since: str) -> Calendar:
    whole = facts.condition_of(condition.stream)
    headline = whole.headline() if whole else f"{condition.stream}: not known"
    return Calendar(
        name=str(condition.stream),
        headline=headline.removeprefix(f"{condition.stream}: "),
        picture=picture(condition.days, since, facts.made_at[:10]),
    )


def _tiles(facts: Facts) -> tuple[Tile, ...]:
    rows = facts.status.products if facts.status else ()
    trades, raw = sum(row.covered for row in rows), sum(row.raw_bytes for row in rows)
    days = [day.state for each in _conditions(facts) for day in each.days]
    lags = [row.lag_seconds for row in rows if row.lag_seconds is not None]
    found = [Tile(name="Trades in raw", value=f"{trades:,}", note=f"{len(facts.streams):,} products")]
    complete = f"{days.count(DayState.COMPLETE):,}"
    found.append(Tile(name="Days complete", value=complete, note=f"of {len(days):,}, over all products"))
    if lags:
        found.append(Tile(name="Farthest behind", value=duration(max(lags)), note="age of the newest trade"))
    if facts.table:
        held = sum(facts.table.quarantined.values())
        found.append(Tile(name="Quarantined", value=f"{held:,}", note="lines that make no row"))
    if trades:
        found.append(Tile(name="Raw", value=size(raw), note=f"{raw / trades:.1f} bytes a trade"))
    if facts.table and facts.table.rows:
        per_row = f"{facts.table.bytes / facts.table.rows:.1f} bytes a row, {facts.table.files:,} files"
        found.append(Tile(name="Table", value=size(facts.table.bytes), note=per_row))
    return tuple(found)


def _lags(facts: Facts, settings: QualitySettings) -> tuple[Lag, ...]:
    limit = parse_duration(settings.freshness_limit) / _NS_PER_SECOND
    return tuple(
        Lag(
            name=str(row.stream),
            text=duration(row.lag_seconds) if row.lag_seconds is not None else "live ingestion has not begun",
            percent=None if row.lag_seconds is None else min(_PERCENT, _PERCENT * row.lag_seconds / limit),
            late=row.lag_seconds is not None and row.lag_seconds > limit,
        )
        for row in (facts.status.products if facts.status else ())
    )


def _states(facts: Facts) -> dict[State, int]:
    """Count the checks by how they ended."""
    from collections import Counter

    from schemahub._report.problems import every_check

    return dict(Counter(check.state for _, check in every_check(facts)))


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("schemahub._report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["cell"] = cell_text
    found.tests["numeric"] = _is_number
    return found


def _is_number(cell: Any) -> bool:  # noqa: ANN401 - a cell of a grid may be anything
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


@cache
def _asset(name: str) -> str:
    return files("schemahub._report").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
