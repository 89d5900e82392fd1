"""Points as PutMetricData wants them: each value with its count, and no call larger than AWS takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub_aws.cloudwatch.totals import Point

MOST_DATA = 1_000
"""Data in one call."""
MOST_VALUES = 150
"""Values in one datum."""
MOST_BYTES = 900_000
"""One call may have 1 MB, whatever encoding boto3 chooses: what is counted here is an upper bound."""

_BYTES_OF_A_VALUE = 2 * 80
_BYTES_OF_A_DATUM = 300
_BYTES_OF_A_DIMENSION = 150

Datum = dict[str, Any]


def calls(points: Sequence[Point], time_ms: int) -> Iterator[list[Datum]]:
    """Yield the data of one call after another."""
    call: list[Datum] = []
    size = 0
    for datum in _data(points, time_ms):
        bytes_more = _size(datum)
        if call and (len(call) == MOST_DATA or size + bytes_more > MOST_BYTES):
            yield call
            call, size = [], 0
        call.append(datum)
        size += bytes_more
    if call:
        yield call


def _data(points: Sequence[Point], time_ms: int) -> Iterator[Datum]:
    for point in points:
        for first in range(0, len(point.values), MOST_VALUES):
            some = point.values[first : first + MOST_VALUES]
            yield {
                "MetricName": point.metric.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in point.dimensions],
                "Timestamp": time_ms / 1_000,
                "Unit": point.metric.unit,
                "Values": [float(value) for value, _ in some],
                "Counts": [float(count) for _, count in some],
            }


def _size(datum: Datum) -> int:
    texts = sum(_BYTES_OF_A_DIMENSION + 3 * len(each["Value"]) for each in datum["Dimensions"])
    return _BYTES_OF_A_DATUM + texts + _BYTES_OF_A_VALUE * len(datum["Values"])
