"""One partition: a product and a UTC day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

import dagster as dg

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A product, as the exchange spells it, and a UTC day, as 2026-01-31."""

    product: str
    day: str

    @classmethod
    def of(cls, key: dg.MultiPartitionKey) -> Self:
        """Read what `key` printed."""
        return cls(**key.keys_by_dimension)

    @property
    def key(self) -> dg.MultiPartitionKey:
        """Return Dagster's name of the partition."""
        return dg.MultiPartitionKey({"product": self.product, "day": self.day})

    @property
    def start(self) -> datetime:
        """Return the day's midnight."""
        return datetime.fromisoformat(self.day).replace(tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """Return the next midnight, which is not of the day."""
        return self.start + _DAY


def cells(products: Sequence[str], start: str, end: str | None) -> dg.MultiPartitionsDefinition:
    """Return the partitions: each product by each UTC day from `start`, up to but without `end`.

    Without `end` the newest is today, which a later run goes on with; with it, the last day that is over.
    """
    days = dg.DailyPartitionsDefinition(start_date=start, end_date=end, end_offset=0 if end else 1)
    return dg.MultiPartitionsDefinition(
        {"product": dg.StaticPartitionsDefinition(list(products)), "day": days}
    )
