"""Events to metrics: added up in memory, out once a minute and at the end of a run."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, ClassVar, Self

from schemahub.events import RunFinished
from schemahub.observer import ConfiguredObserver
from schemahub_aws.cloudwatch.measuring import measured
from schemahub_aws.cloudwatch.options import CloudWatchOptions
from schemahub_aws.cloudwatch.series import series_of
from schemahub_aws.cloudwatch.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

    from schemahub.events import Event
    from schemahub_aws.cloudwatch.sink import Sink

_MOST_SERIES = 1_000
"""Series at which a flush is due whatever the time: what one call may hold."""
_NS_PER_MS = 1_000_000


class CloudWatch(ConfiguredObserver):
    """Writes metrics of runs; whatever happens to them, the run goes on as if nobody watched."""

    Options: ClassVar[type[BaseModel] | None] = CloudWatchOptions

    @classmethod
    def of_options(cls, options: Mapping[str, object]) -> Self | None:
        """Return the observer, or None in the mode `off`; nothing is opened, and boto3 not imported."""
        chosen = CloudWatchOptions.model_validate(options)
        sink = sink_of(chosen)
        return None if sink is None else cls(chosen, sink)

    def __init__(
        self,
        options: CloudWatchOptions,
        sink: Sink,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        """Write to `sink`."""
        self._options = options
        self._sink = sink
        self._monotonic = monotonic
        self._now_ns = now_ns
        self._lock = threading.Lock()
        self._totals = Totals()
        self._due = monotonic() + options.flush_seconds

    def schemahub_event(self, event: Event) -> None:
        """Count an event; at the end of a run, and when it is time, let what was counted go."""
        ended = isinstance(event, RunFinished)
        with self._lock:
            for metric, value in measured(event):
                for series in series_of(metric, event, by_product=self._options.by_product):
                    self._totals.add(series, value)
            now = self._monotonic()
            if not ended and now < self._due and len(self._totals) < _MOST_SERIES:
                return
            self._due = now + self._options.flush_seconds
            points = self._totals.take()
        if points:
            self._sink.write(points, self._now_ns() // _NS_PER_MS)
        if ended:
            self._sink.settle()


def sink_of(options: CloudWatchOptions) -> Sink | None:
    """Return where the options want points to go; None in the mode `off`."""
    if options.mode == "emf":
        from schemahub_aws.cloudwatch.emf import EmfSink

        return EmfSink(options.namespace, options.output)
    if options.mode == "api":
        from schemahub_aws.cloudwatch.api import ApiSink
        from schemahub_aws.session import LazyClient

        client = LazyClient("cloudwatch", options)
        return ApiSink(options.namespace, options.settle_seconds, client)
    return None
