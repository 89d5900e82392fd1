"""What happened since the last flush, by series."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub_aws.cloudwatch.metrics import Metric
    from schemahub_aws.cloudwatch.series import Dimensions, Series

_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The values of one series, ascending, each with how often it was seen."""

    metric: Metric
    dimensions: Dimensions
    values: tuple[tuple[float, int], ...]

    @property
    def count(self) -> int:
        """Return how many values there are."""
        return sum(count for _, count in self.values)


class Totals:
    """Adds values up. Not thread-safe.

    Memory is bounded by the series, not by the events: a sum is one number, and values that are kept apart
    are rounded to three digits, so that there are 900 of them between one and ten seconds, and no more.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self._sums: dict[Series, float] = {}
        self._spreads: dict[Series, Counter[float]] = {}

    def __len__(self) -> int:
        """Count the series."""
        return len(self._sums) + len(self._spreads)

    def add(self, series: Series, value: float) -> None:
        """Add one value."""
        if series[0].spread:
            self._spreads.setdefault(series, Counter())[float(f"{value:.{_DIGITS}g}")] += 1
        else:
            self._sums[series] = self._sums.get(series, 0) + value

    def take(self) -> list[Point]:
        """Return what was added since the last time, and start again."""
        sums, spreads = self._sums, self._spreads
        self._sums, self._spreads = {}, {}
        points = [
            Point(metric=metric, dimensions=dimensions, values=((value, 1),))
            for (metric, dimensions), value in sums.items()
        ]
        points += [
            Point(metric=metric, dimensions=dimensions, values=tuple(sorted(spread.items())))
            for (metric, dimensions), spread in spreads.items()
        ]
        return points
