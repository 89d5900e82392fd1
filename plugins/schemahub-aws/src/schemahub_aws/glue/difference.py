"""What has to change in a catalog, told from what is in it: never back to anything older."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.errors import Conflict, IntegrityError
from schemahub.layout import DayFolder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.catalog import LiveTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Locations by day that are new or that moved, and days that a new version of the table does not have."""

    new: dict[str, str]
    moved: dict[str, str]
    gone: tuple[str, ...]


def difference(table: LiveTable, registered: Mapping[str, str]) -> Difference:
    """Compare the table with the locations in the catalog, by day.

    `Conflict` if anything in the catalog is newer than the table: then what was read of the table is old. A
    partition says by its location how new it is, whoever made it.
    """
    wanted = {day.trade_date: day for day in table.days}
    found = {day: _folder(location, table.lake) for day, location in registered.items()}
    _refuse_newer(table, found)
    urls = {name: table.url_of(day) for name, day in wanted.items()}
    return Difference(
        new={day: url for day, url in urls.items() if day not in found},
        moved={day: url for day, url in urls.items() if day in found and found[day] != wanted[day].folder},
        gone=tuple(sorted(found.keys() - wanted.keys())),
    )


def _refuse_newer(table: LiveTable, found: Mapping[str, DayFolder | None]) -> None:
    wanted = {day.trade_date: day.folder for day in table.days}
    for day, folder in sorted(found.items()):
        if folder is None:
            continue
        # A day that its own version has and this state has not was added since.
        newer = folder > wanted[day] if day in wanted else folder.version >= table.version
        if newer:
            msg = "the catalog knows something newer than the table"
            expected = str(wanted[day]) if day in wanted else f"no such day in version {table.version}"
            hint = "To go back on purpose, drop the table from the catalog: the next run makes it anew."
            raise Conflict(msg, where=day, expected=expected, found=str(folder), hint=hint)


def _folder(location: str, lake: str) -> DayFolder | None:
    """Return the folder of ours that a location is; None for any other place."""
    try:
        return DayFolder.parse(location.removeprefix(f"{lake}/"))
    except IntegrityError:
        return None
