"""Lines in the Embedded Metric Format: CloudWatch Logs makes metrics of them, without a call from here.

The format is AWS's "Specification: Embedded metric format", in the CloudWatch user guide.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING

from schemahub_aws.cloudwatch.sink import Complaint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub_aws.cloudwatch.series import Dimensions
    from schemahub_aws.cloudwatch.totals import Point

MOST_METRICS = 100
"""Metric definitions in one directive."""
MOST_VALUES = 100
"""Numbers in one array."""


class EmfSink:
    """Writes each flush as a few lines, whole ones, to a stream of this process or the end of a file."""

    def __init__(self, namespace: str, output: str) -> None:
        """Open nothing yet."""
        self._namespace = namespace
        self._output = output
        self._lock = threading.Lock()
        self._complain = Complaint()

    def write(self, points: Sequence[Point], time_ms: int) -> None:
        """Write the lines at once; if that cannot be done they are lost."""
        text = "".join(f"{line}\n" for line in emf_lines(points, self._namespace, time_ms))
        try:
            with self._lock, self._opened() as stream:
                # In one piece: a line of the log must not come between.
                stream.write(text)
                stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream was closed
            reason = getattr(error, "strerror", None) or type(error).__name__
            self._complain(f"{self._output} cannot be written to: {reason}")

    def settle(self) -> None:
        """Do nothing: what was written is out."""

    def _opened(self) -> contextlib.AbstractContextManager[IO[str]]:
        if self._output in {"stderr", "stdout"}:
            return contextlib.nullcontext(getattr(sys, self._output))
        return Path(self._output).open("a", encoding="utf-8")


def emf_lines(points: Sequence[Point], namespace: str, time_ms: int) -> Iterator[str]:
    """Yield a JSON object for each set of dimensions, split where it would hold too many metrics."""
    ordered = sorted(points, key=lambda point: (point.dimensions, point.metric.name))
    for dimensions, group in groupby(ordered, key=lambda point: point.dimensions):
        together = list(group)
        for first in range(0, len(together), MOST_METRICS):
            document = _document(together[first : first + MOST_METRICS], dimensions, namespace, time_ms)
            yield json.dumps(document, separators=(",", ":"), allow_nan=False)


def _document(
    points: Sequence[Point], dimensions: Dimensions, namespace: str, time_ms: int
) -> dict[str, object]:
    directive = {
        "Namespace": namespace,
        "Dimensions": [[name for name, _ in dimensions]],
        "Metrics": [{"Name": point.metric.name, "Unit": point.metric.unit} for point in points],
    }
    return {
        "_aws": {"Timestamp": time_ms, "CloudWatchMetrics": [directive]},
        **dict(dimensions),
        **{point.metric.name: _target(point) for point in points},
    }


def _target(point: Point) -> float | list[float]:
    if point.metric.spread:
        return _thinned(point)
    return point.values[0][0]


def _thinned(point: Point) -> list[float]:
    """Return the values, or where the format has no room for all, a hundred at even ranks.

    The least and the greatest are among them, and every percentile is kept within one rank in a hundred.
    The format cannot say how often a value was seen: only their number is lost.
    """
    every = [value for value, count in point.values for _ in range(count)]
    if len(every) <= MOST_VALUES:
        return every
    return [every[rank * (len(every) - 1) // (MOST_VALUES - 1)] for rank in range(MOST_VALUES)]
