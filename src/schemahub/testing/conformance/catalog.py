"""What every catalog promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._clock import Stop
from schemahub.catalog import FRESH_SECONDS, LiveDay, LiveTable, Turn
from schemahub.errors import Cancelled, Conflict
from schemahub.layout import DayFolder
from schemahub.testing.fake_clock import FakeClock
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.catalog import Catalog

_FIRST, _SECOND, _THIRD = "2024-01-01", "2024-01-02", "2024-02-29"


class CatalogConformance:
    """Subclass it with the fixtures `catalog` and `places`; `lake` is a URL that the catalog takes."""

    lake = "memory://lake"

    @pytest.fixture
    def catalog(self) -> Catalog:
        """Return a catalog that was told of nothing."""
        raise NotImplementedError

    @pytest.fixture
    def places(self) -> Callable[[], dict[str, str]]:
        """Return what looks up, as an engine does, the URL of each day's folder."""
        raise NotImplementedError

    @rule("CT-CAT-01")
    def test_each_day_is_found_in_its_folder(
        self, catalog: Catalog, places: Callable[[], dict[str, str]]
    ) -> None:
        for days in ({}, {_FIRST: 1}, {_FIRST: 1, _SECOND: 3}, {_FIRST: 2, _SECOND: 3, _THIRD: 1}):
            for _ in range(2):
                catalog.register(self.state(days), fresh())
                assert places() == self.urls(days), "each day is in its folder, once, and told twice as well"

    @rule("CT-CAT-02")
    def test_what_is_newer_stays(self, catalog: Catalog, places: Callable[[], dict[str, str]]) -> None:
        newest = {_FIRST: 3, _SECOND: 1}
        catalog.register(self.state(newest), fresh())
        for older in ({_FIRST: 2, _SECOND: 1}, {_FIRST: 3}, {}):
            with pytest.raises(Conflict):
                catalog.register(self.state(older), fresh())
            assert places() == self.urls(newest), "a state older than what is registered moves nothing"

    @rule("CT-CAT-03")
    def test_a_new_version_is_newer_whatever_its_generations(
        self, catalog: Catalog, places: Callable[[], dict[str, str]]
    ) -> None:
        catalog.register(self.state({_FIRST: 7, _SECOND: 1}), fresh())
        catalog.register(self.state({_FIRST: 1, _THIRD: 1}, version=2), fresh())
        there = self.urls({_FIRST: 1, _THIRD: 1}, version=2)
        assert places() == there, "every day is moved, and one that the version lacks is dropped"
        with pytest.raises(Conflict):
            catalog.register(self.state({_FIRST: 8, _SECOND: 1}), fresh())
        assert places() == there, "an older version moves nothing"

    @rule("CT-CAT-04")
    def test_an_old_state_is_not_written(
        self, catalog: Catalog, places: Callable[[], dict[str, str]]
    ) -> None:
        catalog.register(self.state({_FIRST: 1}), fresh())
        clock = FakeClock()
        late = Turn(read_at=clock.monotonic(), clock=clock, stop=Stop())
        clock.advance(FRESH_SECONDS + 1)
        with pytest.raises(Conflict):
            catalog.register(self.state({_FIRST: 2}), late)
        assert places() == self.urls({_FIRST: 1}), "nothing is written once turn.check() refuses"

    @rule("CT-CAT-05")
    def test_a_stop_ends_it(self, catalog: Catalog, places: Callable[[], dict[str, str]]) -> None:
        catalog.register(self.state({_FIRST: 1}), fresh())
        stop = Stop()
        stop.set("enough")
        with pytest.raises(Cancelled):
            catalog.register(self.state({_FIRST: 2}), Turn(read_at=0.0, clock=FakeClock(), stop=stop))
        assert places() == self.urls({_FIRST: 1}), "nothing is written after a wish to stop"

    def state(self, generations: dict[str, int], version: int = 1) -> LiveTable:
        """Return a table with these days, each in its generation."""
        folders = (DayFolder(version, day, number) for day, number in sorted(generations.items()))
        days = tuple(LiveDay(folder=folder, files=()) for folder in folders)
        return LiveTable(lake=self.lake, version=version, days=days)

    def urls(self, generations: dict[str, int], version: int = 1) -> dict[str, str]:
        """Return where each of these days is to be found."""
        table = self.state(generations, version)
        return {day.trade_date: table.url_of(day) for day in table.days}


def fresh() -> Turn:
    """Return the turn of a state that was read just now."""
    clock = FakeClock()
    return Turn(read_at=clock.monotonic(), clock=clock, stop=Stop())
