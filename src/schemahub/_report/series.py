"""What the page's script draws and looks up, as compact JSON: columns, and few digits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from schemahub._quality.checks import ranges
from schemahub._report.activity import DAY_SECONDS, HOUR_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemahub._quality.condition_result import Condition
    from schemahub._report.facts import Bar, Facts
    from schemahub.layout import StreamId

_DIGITS = 7
_LETTERS = {"complete": "c", "pending": "p", "out_of_reach": "o", "holed": "h"}


def data_of(facts: Facts, conditions: Sequence[Condition]) -> dict[str, Any]:
    """Return everything that the script is handed, product after product in the order of the page."""
    activity = facts.activity
    return {
        "products": [str(stream) for stream in facts.streams],
        "calendars": [_calendar(each) for each in conditions],
        "days": _all_bars(facts, activity.days if activity else {}, DAY_SECONDS),
        "hours": _all_bars(facts, activity.hours if activity else {}, HOUR_SECONDS),
        "runs": _runs(facts),
    }


def json_for_html(data: dict[str, Any]) -> str:
    """Print JSON that may stand in a `<script>`: it can neither end the element nor begin another."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def rounded(value: float | None) -> float | None:
    """Return a value of seven digits, whole where it is; None for what is no number."""
    if value is None or value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - NaN
        return None
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short.is_integer() else short


def _calendar(condition: Condition) -> dict[str, Any]:
    notes: dict[str, int] = {}
    told = [f"{day.reason}: {ranges(day.missing)}" if day.missing else day.reason for day in condition.days]
    return {
        "first": condition.days[0].trade_date if condition.days else None,
        "states": "".join(_LETTERS[day.state.value] for day in condition.days),
        "trades": [day.trades for day in condition.days],
        "why": [notes.setdefault(text, len(notes)) if text else -1 for text in told],
        "notes": list(notes),
    }


def _all_bars(facts: Facts, bars: Mapping[StreamId, Sequence[Bar]], seconds: int) -> list[dict[str, Any]]:
    return [_bars(bars.get(stream, ()), seconds) for stream in facts.streams]


def _bars(bars: Sequence[Bar], seconds: int) -> dict[str, Any]:
    """Return columns; `at` counts bars from `first`, and is left out where none is missing between two."""
    first = bars[0].begin if bars else 0
    places = [(bar.begin - first) // seconds for bar in bars]
    return {
        "first": first,
        "at": None if places == list(range(len(bars))) else places,
        "n": [bar.trades for bar in bars],
        "v": [rounded(bar.volume) for bar in bars],
        "l": [rounded(bar.low) for bar in bars],
        "h": [rounded(bar.high) for bar in bars],
        "p": [rounded(bar.price) for bar in bars],
    }


def _runs(facts: Facts) -> dict[str, Any]:
    """Return the runs that asked an exchange, the oldest first."""
    asking = [run for run in (facts.runs.records if facts.runs else ()) if run.asked.requests][::-1]
    spreads = [run.asked.seconds for run in asking]
    return {
        "t": [run.started_us // 1_000_000 for run in asking],
        "what": [f"{run.command} {run.exchange or ''}".strip() for run in asking],
        "ok": [run.asked.answered(200, 399) for run in asking],
        "limited": [run.asked.answered(429) for run in asking],
        "failed": [
            run.asked.answered(400, 599) - run.asked.answered(429) + run.asked.answered(0) for run in asking
        ],
        "p50": [rounded(spread.p50 * 1_000) if spread else None for spread in spreads],
        "p99": [rounded(spread.p99 * 1_000) if spread else None for spread in spreads],
    }
