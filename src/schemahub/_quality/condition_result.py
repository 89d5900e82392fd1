"""The condition of each day as a value, as runs of equal days, and as a picture."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from schemahub._quality.checks import counted, ranges
from schemahub._quality.completeness import Completeness
from schemahub._quality.day_state import DayCondition, DayState
from schemahub.results import BEGIN, Grid, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.layout import StreamId

_MARKS = {DayState.COMPLETE: "#", DayState.PENDING: "?", DayState.OUT_OF_REACH: "x", DayState.HOLED: "!"}
_NO_DAY = "."
_LEGEND = "# complete  ! holed  x out of reach  ? pending"
_RUN_COLUMNS = ("product", "from", "to", "days", "state", "trades", "missing", "why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Result):
    """Every UTC day of one product, from the first known to the last; `error` says what was not readable.

    `completeness` says how it is known of a complete day that nothing is missing. `empty`: the exchange has
    no trade of what was asked for, so there are no days and none is missing.
    """

    stream: StreamId
    days: tuple[DayCondition, ...]
    error: str | None = None
    completeness: Completeness = Completeness.PROVED
    empty: bool = False

    @property
    def complete(self) -> bool:
        """Tell whether the days are known and none is holed; pending ones may still become so."""
        known = bool(self.days) or self.empty
        return known and self.error is None and not self.count(DayState.HOLED)

    def count(self, state: DayState) -> int:
        """Count the days in a state."""
        return sum(day.state is state for day in self.days)

    def next_steps(self) -> tuple[str, ...]:
        """Return what makes days complete."""
        if self.count(DayState.HOLED):
            return ("schemahub backfill --fill-gaps", "schemahub gaps --recheck")
        return () if self.days or self.empty else ("schemahub transform",)

    def headline(self) -> str:
        """Count days by state."""
        if self.error is not None:
            return f"{self.stream}: {self.error}"
        if self.empty:
            return f"{self.stream}: no trades: the exchange has none of what was asked for"
        if not self.days:
            return f"{self.stream}: no day is known yet: run schemahub transform"
        complete = f"{self.count(DayState.COMPLETE):,} of {counted(len(self.days), 'day')} complete"
        proved = f"{complete} ({self.completeness.value})"
        others = [
            f"{self.count(state):,} {_word(state)}"
            for state in (DayState.HOLED, DayState.OUT_OF_REACH, DayState.PENDING)
            if self.count(state)
        ]
        span = f"{self.days[0].trade_date} .. {self.days[-1].trade_date}"
        return f"{self.stream}: {', '.join([proved, *others])}; {span}"

    def grids(self) -> tuple[Grid, ...]:
        """Show runs of equal days, and a calendar."""
        return _grids((self,))

    def displayed(self) -> tuple[Grid, ...]:
        """Show each day, and a calendar."""
        days = tuple(
            (
                day.trade_date,
                _in_full(day.state, self.completeness),
                day.trades,
                ranges(day.missing) if day.missing else None,
                day.reason or None,
            )
            for day in self.days
        )
        columns = ("day", "state", "trades", "missing", "why")
        return (Grid(title="days", columns=columns, rows=days), *self.grids()[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions(Result):
    """The condition of several products."""

    products: tuple[Condition, ...]

    @property
    def complete(self) -> bool:
        """Tell whether every product's days are known and none is holed."""
        return all(product.complete for product in self.products)

    def next_steps(self) -> tuple[str, ...]:
        """Return what makes days complete."""
        if not self.products:
            return (BEGIN,)
        return tuple(dict.fromkeys(step for product in self.products for step in product.next_steps()))

    def headline(self) -> str:
        """Count days by state, over all products."""
        states = Counter(day.state for product in self.products for day in product.days)
        found = [f"{states[state]:,} {_word(state)}" for state in DayState if states[state]]
        unread = sum(product.error is not None for product in self.products)
        failed = [f"{counted(unread, 'product')} not readable"] if unread else []
        text = f"{counted(len(self.products), 'product')}, {counted(states.total(), 'day')}"
        return ": ".join([text, ", ".join(found + failed)] if found + failed else [text])

    def grids(self) -> tuple[Grid, ...]:
        """Show runs of equal days, a calendar, and what could not be read."""
        errors = tuple((str(each.stream), each.error) for each in self.products if each.error is not None)
        return (*_grids(self.products), Grid(title="not readable", columns=("product", "why"), rows=errors))


def _grids(products: tuple[Condition, ...]) -> tuple[Grid, ...]:
    runs = tuple(row for product in products for row in _runs(product))
    months = tuple(row for product in products for row in _months(product))
    return (
        Grid(title="days", columns=_RUN_COLUMNS, rows=runs),
        Grid(title=_LEGEND, columns=("product", "month", "days 1 to 31"), rows=months),
    )


def _runs(product: Condition) -> Iterator[tuple[object, ...]]:
    """Collapse neighbouring days of which the same is said."""
    for (state, missing, why), group in groupby(
        product.days, key=lambda day: (day.state, day.missing, day.reason)
    ):
        run = list(group)
        yield (
            str(product.stream),
            run[0].trade_date,
            run[-1].trade_date,
            len(run),
            _in_full(state, product.completeness),
            sum(day.trades for day in run),
            ranges(missing) if missing else None,
            why or None,
        )


def _months(product: Condition) -> Iterator[tuple[object, ...]]:
    marks: defaultdict[str, list[str]] = defaultdict(lambda: [_NO_DAY] * 31)
    for day in product.days:
        marks[day.trade_date[:7]][int(day.trade_date[8:]) - 1] = _MARKS[day.state]
    for month, line in marks.items():
        yield str(product.stream), month, "".join(line)


def _in_full(state: DayState, completeness: Completeness) -> str:
    """Print a state; where "complete" is less than proved, with what it stands for."""
    is_less = state is DayState.COMPLETE and completeness is not Completeness.PROVED
    return f"{_word(state)} ({completeness.value})" if is_less else _word(state)


def _word(state: DayState) -> str:
    return state.value.replace("_", " ")
