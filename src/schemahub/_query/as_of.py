"""Which state of the table is read, where it is not the present one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.layout import us
from schemahub.times import datetime_to_ns, parse_time

if TYPE_CHECKING:
    from datetime import datetime

    from schemahub.table import Snapshot, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A state by its token, or by a time in microseconds."""

    token: str | None = None
    time_us: int | None = None

    @classmethod
    def parse(cls, given: str | int | datetime) -> Moment:
        """Take a whole number, also as text, as a token; everything else as a time."""
        if isinstance(given, int) or (isinstance(given, str) and given.isdecimal()):
            return cls(token=str(given))
        return cls(time_us=us(parse_time(given) if isinstance(given, str) else datetime_to_ns(given)))

    def of(self, table: Table) -> Snapshot:
        """Return that state; `ConfigError` if the table does not have it."""
        return table.as_of(token=self.token, time_us=self.time_us)
