"""What a report is made of: the results of the other commands, and nothing that they do not say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub._lake.run_objects import Runs
    from schemahub._quality.condition_result import Condition, Conditions
    from schemahub._quality.gaps import GapsResult
    from schemahub._quality.quality_result import QualityResult
    from schemahub._quality.report import VerifyResult
    from schemahub._quality.status import StatusResult
    from schemahub.layout import StreamId


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The trades of one product in one day or hour that begins at `begin` (seconds since the epoch).

    `price` is the average by volume; None where all quantities are zero.
    """

    begin: int
    trades: int
    volume: float
    low: float
    high: float
    price: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Bars by day and by hour, of each product that the table has rows of in that time."""

    days: dict[StreamId, tuple[Bar, ...]]
    hours: dict[StreamId, tuple[Bar, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """What the manifest says of the whole table."""

    files: int
    bytes: int
    rows: int
    days: int
    quarantined: dict[StreamId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that one report shows. A part is None where it could not be had; `failures` say which and why."""

    lake: str
    made_at: str
    days: int
    since_day: str
    streams: tuple[StreamId, ...]
    status: StatusResult | None = None
    conditions: Conditions | None = None
    proof: VerifyResult | None = None
    quality: QualityResult | None = None
    gaps: GapsResult | None = None
    activity: Activity | None = None
    table: TableSize | None = None
    runs: Runs | None = None
    failures: tuple[tuple[str, str], ...] = field(default=())

    def condition_of(self, stream: StreamId) -> Condition | None:
        """Return what is known of a product's days."""
        found = self.conditions.products if self.conditions else ()
        return next((each for each in found if each.stream == stream), None)
