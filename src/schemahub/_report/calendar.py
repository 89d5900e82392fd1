"""Days as a picture: weeks side by side, a column each, Mondays on top."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from schemahub._quality.day_state import DayState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._quality.day_state import DayCondition

PITCH = 13
"""From one cell to the next."""
_TOP = 14
"""Where the first row begins, below the names of months."""
_WEEK = 7
_WIDE, _MOST_SCALE = 320, 1.5
_MONTH_WIDTH = 3
"""Columns that the name of a month takes."""

SHAPES = {
    DayState.COMPLETE: "h11v11h-11z",
    DayState.HOLED: "h11v11h-11zm2.5 2.5v6h6v-6z",
    DayState.OUT_OF_REACH: "m3 3h5v5h-5z",
    DayState.PENDING: "h11v11h-11zm1 1v9h9v-9z",
}
"""A shape for each state, so that it is told without colours too: full, ring, dot and outline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Paths by state, names of months by place, and the size of it all; `first` is the Monday at the left."""

    first: str
    width: int
    height: int
    paths: tuple[tuple[str, str], ...]
    months: tuple[tuple[int, str], ...]

    @property
    def scale(self) -> float:
        """Return how much larger than drawn a picture of few weeks is shown."""
        return min(_MOST_SCALE, max(1.0, _WIDE / self.width))

    @property
    def shown_width(self) -> int:
        """Return its width on the page."""
        return round(self.scale * self.width)

    @property
    def shown_height(self) -> int:
        """Return its height on the page."""
        return round(self.scale * self.height)


def picture(days: Sequence[DayCondition], since: str, until: str) -> Picture:
    """Draw days; all pictures of the same `since` and `until` lie over one another day by day."""
    start, end = date.fromisoformat(since), date.fromisoformat(until)
    monday = start - timedelta(days=start.weekday())
    weeks = (end - monday).days // _WEEK + 1
    moves: defaultdict[DayState, list[str]] = defaultdict(list)
    for day in days:
        week, row = divmod((date.fromisoformat(day.trade_date) - monday).days, _WEEK)
        moves[day.state].append(f"M{week * PITCH} {_TOP + row * PITCH}{SHAPES[day.state]}")
    return Picture(
        first=monday.isoformat(),
        width=max(weeks, _MONTH_WIDTH) * PITCH,
        height=_TOP + _WEEK * PITCH,
        paths=tuple((state.value, "".join(moves[state])) for state in DayState if moves[state]),
        months=tuple(_months(monday, weeks)),
    )


def _months(monday: date, weeks: int) -> list[tuple[int, str]]:
    """Name each month over the first week that begins in it, where there is room."""
    found: list[tuple[int, str]] = []
    before = 0
    for week in range(weeks):
        day = monday + timedelta(weeks=week)
        if day.month != before:
            before = day.month
            if found and week * PITCH - found[-1][0] < _MONTH_WIDTH * PITCH:
                found.pop()
            text = f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"
            found.append((week * PITCH, text))
    return found
