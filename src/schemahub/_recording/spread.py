"""Values whose percentiles are told without keeping them."""

from __future__ import annotations

import math
from collections import Counter
from itertools import accumulate

from schemahub._lake.run_record import Spread

_DIGITS = 2


class Values:
    """Counts values that are rounded to two digits: ninety between one and ten, however many come."""

    def __init__(self) -> None:
        """Start with none."""
        self._seen: Counter[float] = Counter()

    def add(self, value: float) -> None:
        """Add one."""
        self._seen[float(f"{value:.{_DIGITS}g}")] += 1

    def spread(self) -> Spread | None:
        """Return how they are spread; None if there are none."""
        if not self._seen:
            return None
        return Spread(p50=self._at(0.5), p90=self._at(0.9), p99=self._at(0.99), most=max(self._seen))

    def _at(self, share: float) -> float:
        """Return the least value that this share of all values does not exceed."""
        wanted, seen = math.ceil(share * self._seen.total()), sorted(self._seen)
        reached = accumulate(self._seen[value] for value in seen)
        return next(value for value, number in zip(seen, reached, strict=True) if number >= wanted)
