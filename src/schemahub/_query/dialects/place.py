"""The table as an engine elsewhere finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.layout import version_prefix

if TYPE_CHECKING:
    from schemahub.table import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One state of the table, and the URL or path that keys are relative to, without a slash at its end."""

    location: str
    snapshot: Snapshot

    @property
    def root(self) -> str:
        """Return the URL of the table's version, with the slash."""
        return f"{self.location}/{version_prefix(self.snapshot.version)}"

    @property
    def keys(self) -> list[str]:
        """Return the keys of all live files, by day."""
        files = sorted(self.snapshot.files, key=lambda file: (file.trade_date, file.key))
        return [file.key for file in files]

    @property
    def urls(self) -> list[str]:
        """Return the URLs of all live files, by day."""
        return [f"{self.location}/{key}" for key in self.keys]

    @property
    def folders(self) -> dict[str, str]:
        """Return the URL of each day's live folder, with the slash: the files of a day share one."""
        by_day = sorted((file.trade_date, file.key.rpartition("/")[0]) for file in self.snapshot.files)
        return {day: f"{self.location}/{folder}/" for day, folder in by_day}

    @property
    def rows(self) -> int:
        """Return how many rows the table has."""
        return sum(file.rows for file in self.snapshot.files)
