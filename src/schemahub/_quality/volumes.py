"""Days whose volume is far from what the days before had."""

from __future__ import annotations

from math import log
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NORMAL = 1.4826
"""The median absolute deviation of a normal distribution is its standard deviation by this."""
_LEAST_SCALE = 0.2
"""Days that are all alike would make any change unusual: 22 % up is taken as one deviation at least."""


def deviations(values: Sequence[float | None], trailing: int, least: int) -> list[float | None]:
    """Return, for each day, how far its logarithm is from the median of the `trailing` values before.

    In robust standard deviations: by the median absolute deviation, so that an unusual day does not hide
    the next. None stands for a day that is not judged, or not to be compared with; so does the result where
    fewer than `least` values come before. Logarithms, because volumes vary by factors.
    """
    found: list[float | None] = []
    before: list[float] = []
    for value in values:
        window = before[-trailing:]
        found.append(_deviation(log(value), window) if value and len(window) >= least else None)
        if value:
            before.append(log(value))
    return found


def _deviation(value: float, window: Sequence[float]) -> float:
    middle = median(window)
    spread = median(abs(each - middle) for each in window)
    return (value - middle) / max(_NORMAL * spread, _LEAST_SCALE)
