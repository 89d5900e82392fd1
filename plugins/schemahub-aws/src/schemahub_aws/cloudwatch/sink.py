"""Where points go."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub_aws.cloudwatch.totals import Point

_log = logging.getLogger("schemahub")


class Sink(Protocol):
    """Takes points from any thread; it never raises, and never holds anybody up for long."""

    def write(self, points: Sequence[Point], time_ms: int) -> None:
        """Take points of this time."""
        ...

    def settle(self) -> None:
        """Wait, within bounds, until what was taken is out."""
        ...


class Complaint:
    """Says once on the log that metrics are lost; a run is not to be drowned in that."""

    def __init__(self) -> None:
        """Start without a complaint."""
        self._lock = threading.Lock()
        self._made = False

    def __call__(self, reason: str, hint: str = "") -> None:
        """Complain, the first time."""
        with self._lock:
            made, self._made = self._made, True
        if not made:
            text = "metrics for CloudWatch are lost, and this is said once: %s"
            _log.warning(text, f"{reason}. {hint}" if hint else reason)
