"""Units of the pin in hand that are done: they are not done again where a commit lost or the store failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub.layout import DataFileName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub._transform.unit import UnitDone
    from schemahub.table import DataFile, Pending, Snapshot


@dataclass(slots=True)
class Kept:
    """What became of a pin's units, by their number; `count` is how many were ever done."""

    pending: Pending | None = None
    units: dict[int, UnitDone] = field(default_factory=dict)
    count: int = 0

    def take_up(self, base: Snapshot, pending: Pending) -> None:
        """Forget all that cannot be part of a commit of this pin on this state."""
        same = self.units if pending == self.pending else {}
        self.pending = pending
        self.units = {number: unit for number, unit in same.items() if stands(base, unit.files)}

    def add(self, number: int, unit: UnitDone) -> None:
        """Keep what a unit came to."""
        self.units[number] = unit
        self.count += 1

    def in_order(self) -> list[UnitDone]:
        """Return all, in the pinned order."""
        return [self.units[number] for number in sorted(self.units)]

    def forget(self) -> None:
        """Forget all: it is committed."""
        self.pending, self.units = None, {}


def stands(base: Snapshot, files: Iterable[DataFile]) -> bool:
    """Tell whether files lie where their days' files are: a compaction may have given a day another folder.

    What lies in the current folder of a day is deleted by nobody.
    """
    names = (DataFileName.parse(file.key) for file in files)
    return all(
        (name.version, name.generation) == (base.version, base.generation_of(name.trade_date))
        for name in names
    )
