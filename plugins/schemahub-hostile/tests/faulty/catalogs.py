"""Faults of catalogs: a dictionary that is right, and what can be wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faulty.fault import breaks
from schemahub.catalog import Catalog, LiveTable, Turn
from schemahub.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.layout import DayFolder


class Sound(Catalog):
    """Each day's folder; the version that was registered last."""

    def __init__(self, options: Mapping[str, object]) -> None:
        super().__init__(options)
        self.days: dict[str, list[tuple[DayFolder, str]]] = {}
        self.version = 0

    def places(self) -> dict[str, str]:
        """Return each day's URL; a day in two folders shows both."""
        return {day: " ".join(url for _, url in found) for day, found in self.days.items()}

    def register(self, table: LiveTable, turn: Turn) -> None:
        wanted = {day.trade_date: (day.folder, table.url_of(day)) for day in table.days}
        self.compare(table, wanted)
        turn.check()
        for day in self.days.keys() - wanted.keys():
            del self.days[day]
        for day, place in wanted.items():
            self.write(day, place)
        self.version = table.version

    def compare(self, table: LiveTable, wanted: Mapping[str, tuple[DayFolder, str]]) -> None:
        for day, found in self.days.items():
            newer = day in wanted and found[0][0] > wanted[day][0]
            if newer or (day not in wanted and table.version <= self.version):
                raise Conflict(day)

    def write(self, day: str, place: tuple[DayFolder, str]) -> None:
        self.days[day] = [place]


@breaks("CT-CAT-01", "adds a folder each time")
class Adding(Sound):
    def write(self, day: str, place: tuple[DayFolder, str]) -> None:
        self.days.setdefault(day, []).append(place)


@breaks("CT-CAT-02", "takes the last state that it is told")
class Gullible(Sound):
    def compare(self, table: LiveTable, wanted: Mapping[str, tuple[DayFolder, str]]) -> None:
        pass


@breaks("CT-CAT-03", "compares generations, whatever the version")
class Generations(Sound):
    def compare(self, table: LiveTable, wanted: Mapping[str, tuple[DayFolder, str]]) -> None:
        del table
        for day, found in self.days.items():
            if day in wanted and found[0][0].generation > wanted[day][0].generation:
                raise Conflict(day)


class _Undelayed(Turn):
    def check(self) -> None:
        self.stop.check()


@breaks("CT-CAT-04", "never asks whether it is too late")
class Late(Sound):
    def register(self, table: LiveTable, turn: Turn) -> None:
        super().register(table, _Undelayed(read_at=turn.read_at, clock=turn.clock, stop=turn.stop))


class _Endless(Turn):
    def check(self) -> None:
        pass


@breaks("CT-CAT-05", "goes on after a stop")
class Unstoppable(Sound):
    def register(self, table: LiveTable, turn: Turn) -> None:
        super().register(table, _Endless(read_at=turn.read_at, clock=turn.clock, stop=turn.stop))
