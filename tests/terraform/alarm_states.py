"""What CloudWatch makes of an alarm: points of time, missing ones treated as the alarm says.

After AWS's page "Configuring how CloudWatch alarms treat missing data", in the parts that are used here:
points that are missing from the window count as the alarm says; with `ignore` they are looked for further
back, and the state stays where too few are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HOUR = 3600
STATISTICS = {"Sum": sum, "Maximum": max, "Minimum": min, "SampleCount": len}
FURTHER_BACK = 3
"""Periods that CloudWatch looks at beyond the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm."""

    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.values["alarm_name"])

    def sounds(self, samples: Sequence[tuple[float, float]], at_hour: float, *, before: bool = False) -> bool:
        """Return whether it is in ALARM, given samples as (hour, value); `before`: whether it was so far."""
        needed, window = self.values["datapoints_to_alarm"], self.values["evaluation_periods"]
        points = [self._point(samples, at_hour, back) for back in range(window + FURTHER_BACK)]
        missing = self.values["treat_missing_data"]
        if missing == "ignore":
            known = [point for point in points if point is not None][:window]
            return sum(map(self._breaches, known)) >= needed if len(known) >= needed else before
        filled = [
            self._breaches(one) if one is not None else missing == "breaching" for one in points[:window]
        ]
        return sum(filled) >= needed

    def _point(self, samples: Sequence[tuple[float, float]], at_hour: float, back: int) -> float | None:
        hours = self.values["period"] / HOUR
        end = at_hour - back * hours
        inside = [value for hour, value in samples if end - hours < hour <= end]
        return float(STATISTICS[self.values["statistic"]](inside)) if inside else None

    def _breaches(self, point: float) -> bool:
        threshold = float(self.values["threshold"])
        return {
            "GreaterThanThreshold": point > threshold,
            "LessThanThreshold": point < threshold,
        }[self.values["comparison_operator"]]
