"""PutMetricData from a thread of its own: a service that refuses or hangs holds up nothing."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from schemahub.errors import SchemahubError
from schemahub_aws.cloudwatch.data import calls
from schemahub_aws.cloudwatch.sink import Complaint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemahub_aws.cloudwatch.totals import Point

_HINT = "The role of this process needs cloudwatch:PutMetricData."
_MOST_WAITING = 10
"""Flushes kept while a call hangs: what is older is worth more than memory, what is newer is lost."""


class ApiSink:
    """Sends each flush in the background; what is refused, or has no room to wait, is lost.

    Nothing is sent twice: a call whose reply was lost may have counted, and a sum that is too small does
    less harm than one that is too large.
    """

    def __init__(self, namespace: str, settle_seconds: float, client: Callable[[], Any]) -> None:
        """Ask for no client yet: that is the thread's."""
        self._namespace = namespace
        self._settle_seconds = settle_seconds
        self._client = client
        self._waiting: deque[tuple[Sequence[Point], int]] = deque()
        self._changed = threading.Condition()
        self._working = False
        self._complain = Complaint()

    def write(self, points: Sequence[Point], time_ms: int) -> None:
        """Put the points in line."""
        with self._changed:
            if len(self._waiting) >= _MOST_WAITING:
                self._complain("calls of PutMetricData take longer than the time between them")
                return
            self._waiting.append((points, time_ms))
            if not self._working:
                self._working = True
                # Nobody waits for a daemon when the process ends.
                threading.Thread(target=self._work, name="schemahub-cloudwatch", daemon=True).start()

    def settle(self) -> None:
        """Wait until the line is empty, or the time is up."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._working, self._settle_seconds):
                self._complain(f"PutMetricData did not end in {self._settle_seconds:g} s")

    def _work(self) -> None:
        try:
            while self._next():
                pass
        finally:
            with self._changed:
                self._working = False
                self._changed.notify_all()

    def _next(self) -> bool:
        with self._changed:
            if not self._waiting:
                # Under the same lock as `write`: whoever comes now starts another thread.
                self._working = False
                return False
            points, time_ms = self._waiting.popleft()
        self._send(points, time_ms)
        return True

    def _send(self, points: Sequence[Point], time_ms: int) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            for data in calls(points, time_ms):
                self._client().put_metric_data(Namespace=self._namespace, MetricData=data)
        # Neither's own text: it may repeat what stands in a URL or a profile (R8).
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "ClientError")
            self._complain(f"PutMetricData was refused: {code}", _HINT if "Denied" in code else "")
        except SchemahubError as error:
            self._complain(error.message, error.hint or "")
        except (BotoCoreError, OSError, ValueError) as error:
            self._complain(f"PutMetricData failed: {type(error).__name__}")
