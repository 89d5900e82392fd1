"""The state of each day, against a model that looks at one id after the other."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from schemahub._quality.calendar import Calendar, DayRange, days_between
from schemahub._quality.day_conditions import day_conditions
from schemahub._quality.day_state import SEVERITY, DayCondition, DayState
from schemahub._quality.missing import Known
from schemahub.checkpoint import GapState
from schemahub.spans import Span, SpanSet

DAYS = list(days_between("2024-02-26", "2024-03-04"))
FATES = {
    "row": DayState.COMPLETE,
    "quarantined": DayState.COMPLETE,
    "raw": DayState.PENDING,
    "open": DayState.HOLED,
    "confirmed": DayState.HOLED,
    "out of reach": DayState.OUT_OF_REACH,
    "requested": DayState.HOLED,
    "planned": DayState.PENDING,
    "never": DayState.PENDING,
}


@dataclass
class World:
    """What became of each id, on which day it was traded, and in which of the day's files a row lies."""

    fates: dict[int, str]
    days: dict[int, int]
    files: dict[int, int]
    mark: int | None = None

    def ids(self, *fates: str) -> SpanSet:
        return SpanSet.of_positions(sorted(i for i, fate in self.fates.items() if fate in fates))

    @property
    def known(self) -> Known:
        return Known(
            table=self.ids("row", "quarantined"),
            raw=self.ids("row", "quarantined", "raw"),
            gaps={
                GapState.OPEN: self.ids("open"),
                GapState.CONFIRMED: self.ids("confirmed"),
                GapState.OUT_OF_REACH: self.ids("out of reach"),
            },
            requested=self.ids("requested"),
            planned=self.ids("planned", "row"),
        )

    @property
    def rows(self) -> list[int]:
        return [i for i, fate in self.fates.items() if fate == "row"]

    @property
    def calendar(self) -> Calendar:
        files: dict[tuple[int, int], list[int]] = {}
        for i in self.rows:
            files.setdefault((self.days[i], self.files[i]), []).append(i)
        ranges = [
            DayRange(trade_date=DAYS[day], span=Span(min(ids), max(ids)), key=f"{day} {number}")
            for (day, number), ids in files.items()
        ]
        if self.mark is not None:
            ranges.append(DayRange(trade_date=DAYS[self.days[self.mark]], span=Span(self.mark, self.mark)))
        trades = {day: sum(DAYS[self.days[i]] == day for i in self.rows) for day in DAYS}
        return Calendar(
            ranges=tuple(ranges),
            trades={day: count for day, count in trades.items() if count},
            ids=Ids({f"{day} {number}": ids for (day, number), ids in files.items()}),  # type: ignore[arg-type]  # reads no files
        )


@dataclass
class Ids:
    files: dict[str, list[int]]
    opened: set[str] = field(default_factory=set)

    def floor(self, key: str, position: int) -> int | None:
        self.opened.add(key)
        return max((i for i in self.files[key] if i <= position), default=None)

    def ceiling(self, key: str, position: int) -> int | None:
        self.opened.add(key)
        return min((i for i in self.files[key] if i >= position), default=None)


def expected(world: World) -> dict[str, DayState]:
    """Look at one id after the other, and at both ends."""
    dated = {i: world.days[i] for i in world.rows}
    if world.mark is not None:
        dated[world.mark] = world.days[world.mark]
    if not dated:
        return {}
    least, most = min(dated.values()), max(dated.values())
    states = dict.fromkeys(range(least, most + 1), DayState.COMPLETE)

    def touch(position: int, state: DayState) -> None:
        below = max((i for i in dated if i <= position), default=None)
        above = min((i for i in dated if i >= position), default=None)
        ends = (least if below is None else dated[below], most if above is None else dated[above])
        for day in range(min(ends), max(ends) + 1):
            states[day] = max(states[day], state, key=SEVERITY.__getitem__)

    for position, fate in world.fates.items():
        is_none = position == 0 and fate == "never"  # most exchanges begin at 1
        if FATES[fate] is not DayState.COMPLETE and not is_none:
            touch(position, FATES[fate])
    if min(world.fates) > 1:
        touch(min(world.fates) - 1, DayState.PENDING)
    touch(max(world.fates) + 1, DayState.PENDING)
    return {DAYS[day]: state for day, state in states.items()}


RUNS = st.lists(
    st.tuples(
        st.one_of(st.just("row"), st.just("row"), st.sampled_from(sorted(FATES))),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=8,
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    first = draw(st.integers(0, 3))
    fates = dict(enumerate((fate for fate, count in draw(RUNS) for _ in range(count)), first))
    days, files = {}, {}
    day = 0
    for position in fates:
        day += draw(st.sampled_from([0, 0, 0, 0, 1, 2]))
        late = draw(st.sampled_from([0, 0, 0, 0, -1, 1]))
        days[position] = max(0, min(len(DAYS) - 1, day + late))
        files[position] = draw(st.integers(0, 1))
    raw = [i for i, fate in fates.items() if fate == "raw"]
    mark = draw(st.sampled_from([None, *raw])) if raw else None
    return World(fates, days, files, mark)


@settings(max_examples=400)
@given(worlds())
def test_each_day_is_what_a_look_at_every_id_says(world: World) -> None:
    found = day_conditions(world.known, world.calendar)
    assert {day.trade_date: day.state for day in found} == expected(world)
    assert sum(day.trades for day in found) == len(world.rows)


@given(worlds())
def test_a_day_that_is_not_complete_says_why_and_a_complete_one_nothing(world: World) -> None:
    for day in day_conditions(world.known, world.calendar):
        assert bool(day.reason) == (day.state is not DayState.COMPLETE)
        if day.state in {DayState.HOLED, DayState.OUT_OF_REACH}:
            assert day.missing
        assert not day.missing & world.ids("row", "quarantined")


def world_of(text: str, days: str, first: int = 1) -> World:
    """Spell a world: one letter an id, one digit its day."""
    letters = {"r": "row", "w": "raw", "o": "open", "c": "confirmed", "x": "out of reach"}
    letters |= {"?": "requested", "n": "never"}
    ids = range(first, first + len(text))
    return World(
        {i: letters[letter] for i, letter in zip(ids, text, strict=True)},
        {i: int(day) for i, day in zip(ids, days, strict=True)},
        dict.fromkeys(ids, 0),
    )


def looked_at(text: str, days: str, first: int = 1) -> dict[str, DayCondition]:
    world = world_of(text, days, first)
    return {day.trade_date[8:]: day for day in day_conditions(world.known, world.calendar)}


def test_a_day_between_known_trades_of_others_is_complete() -> None:
    found = looked_at("rrrr", "0112")
    assert [day.state.value for day in found.values()] == ["complete", "complete", "pending"]
    assert found["28"].reason == "no later trade is known yet"


def test_the_first_position_of_all_has_nothing_before_it() -> None:
    assert looked_at("rr", "01", first=0)["26"].state is DayState.COMPLETE
    assert looked_at("rr", "01", first=1)["26"].state is DayState.COMPLETE
    later = looked_at("rr", "01", first=2)["26"]
    assert (later.state, later.reason) == (DayState.PENDING, "earlier trades were never asked for")


def test_a_day_without_trades_between_adjacent_ids_is_complete() -> None:
    found = looked_at("rr", "03")
    assert (found["28"].state, found["28"].trades) == (DayState.COMPLETE, 0)


def test_a_hole_over_midnight_touches_both_days_and_one_over_days_all_of_them() -> None:
    found = looked_at("rorr", "0112")
    assert {day: each.state.value for day, each in found.items()} == {
        "26": "holed",
        "27": "holed",
        "28": "pending",
    }
    assert all(found[day].missing == SpanSet.of([Span(2, 2)]) for day in ("26", "27"))
    assert [each.state.value for each in looked_at("r?rr", "0034").values()] == [*["holed"] * 4, "pending"]


def test_each_kind_of_hole_says_what_it_is() -> None:
    reasons = {
        "o": "an open gap",
        "c": "a confirmed gap",
        "?": "asked for, not yet fetched",
        "x": "no longer served",
        "w": "stored, not yet in the table",
        "n": "never asked for",
    }
    for letter, reason in reasons.items():
        day = looked_at(f"r{letter}rr", "0001")["26"]
        assert (day.reason, day.state) == (reason, FATES[world_of(letter, "0").fates[1]])


def test_interleaved_days_are_no_hole_and_one_in_between_is_found_in_its_day() -> None:
    assert looked_at("rrrrrr", "001011")["26"].state is DayState.COMPLETE
    # Trade 6 is hours late: day 0's ids reach far into day 1's, where 4 is missing.
    found = looked_at("rrrorrrr", "00110112")
    assert found["26"].state is DayState.HOLED, "its neighbour above is of day 0"
    found = looked_at("rrrrorrr", "00111102")
    assert {day: each.state.value for day, each in found.items()} == {
        "26": "complete",
        "27": "holed",
        "28": "pending",
    }


def test_the_nearest_trade_is_looked_up_where_ranges_interleave() -> None:
    # Trade 2 is of the day before its neighbours: it is nearer to the hole than the other day's first.
    found = looked_at("rrrorr", "101112")
    assert [day.state.value for day in found.values()] == ["complete", "holed", "pending"]


def test_no_file_is_opened_where_the_manifest_decides() -> None:
    world = world_of("rrorrr", "001122")
    calendar = world.calendar
    day_conditions(world.known, calendar)
    assert not vars(calendar.ids)["opened"]


def test_a_watermark_ahead_of_the_table_dates_what_waits() -> None:
    world = world_of("rrww", "0012")
    world.mark = 4
    found = day_conditions(world.known, world.calendar)
    assert [(day.state.value, day.trades) for day in found] == [
        ("pending", 2),
        ("pending", 0),
        ("pending", 0),
    ]
    assert found[0].reason == "stored, not yet in the table"


def test_a_watermark_is_of_its_own_day_whatever_its_neighbours_are() -> None:
    world = world_of("rwwwr", "00200")
    world.mark = 3
    found = day_conditions(world.known, world.calendar)
    assert "stored, not yet in the table" in found[-1].reason


def test_nothing_known_is_no_day() -> None:
    assert day_conditions(Known(), Calendar()) == ()
