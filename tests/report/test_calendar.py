"""A calendar's squares are where their days are, and bars where their hours are."""

from __future__ import annotations

import dataclasses
import re
from itertools import pairwise

from made import FIRST, condition, facts

from schemahub._quality.day_state import DayCondition, DayState
from schemahub._report.calendar import PITCH, SHAPES, picture
from schemahub._report.facts import Activity
from schemahub._report.series import data_of
from schemahub.spans import SpanSet


def day(trade_date: str, state: DayState = DayState.COMPLETE) -> DayCondition:
    return DayCondition(trade_date=trade_date, state=state, trades=1, missing=SpanSet(), reason="")


def test_weeks_are_columns_and_mondays_are_on_top() -> None:
    # 2025-01-01 is a Wednesday.
    days = [day("2025-01-01"), day("2025-01-05"), day("2025-01-06", DayState.HOLED)]
    drawn = picture(days, "2025-01-01", "2025-01-20")
    assert drawn.first == "2024-12-30"
    paths = dict(drawn.paths)
    assert re.findall(r"M(\d+) (\d+)", paths["complete"]) == [
        ("0", str(14 + 2 * PITCH)),
        ("0", str(14 + 6 * PITCH)),
    ]
    assert paths["holed"].startswith(f"M{PITCH} 14h11")
    assert drawn.width == 4 * PITCH
    assert (drawn.shown_width, drawn.shown_height) == (round(1.5 * drawn.width), round(1.5 * drawn.height))


def test_a_year_is_shown_as_it_is_drawn_with_its_months_apart() -> None:
    drawn = picture([day("2025-06-01")], "2025-01-01", "2025-12-31")
    assert drawn.scale == 1
    names = [name for _, name in drawn.months]
    assert names[-11:] == ["Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    assert names[0] == "Jan 2025"
    places = [place for place, _ in drawn.months]
    assert min(b - a for a, b in pairwise(places)) >= 3 * PITCH


def test_each_state_has_a_shape_of_its_own() -> None:
    assert set(SHAPES) == set(DayState)
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_what_a_day_says_when_pointed_at_is_looked_up_by_its_number() -> None:
    known = condition("BTC-USD", 30)
    found = data_of(facts(["BTC-USD"], 30), (known,))["calendars"][0]
    assert found["first"] == str(FIRST)
    for number, each in enumerate(known.days):
        assert found["states"][number] == each.state.value[0]
        assert found["trades"][number] == each.trades
        note = found["notes"][found["why"][number]] if found["why"][number] >= 0 else ""
        assert note.startswith(each.reason)
        assert ("positions" in note) is bool(each.missing)


def test_bars_are_counted_from_the_first_one_where_some_are_missing() -> None:
    known = facts(["BTC-USD"], 10)
    assert known.activity is not None
    (stream,), (whole,) = known.streams, known.activity.days.values()
    holed = dataclasses.replace(known, activity=Activity(days={stream: (whole[0], *whole[3:])}, hours={}))
    for each, at in ((known, None), (holed, [0, *range(3, 10)])):
        bars = data_of(each, ())["days"][0]
        assert (bars["first"], bars["at"]) == (whole[0].begin, at)
    assert data_of(holed, ())["hours"][0]["n"] == []
