"""Crews: the executor that the settings name, and how its workers make jobs of their own."""

from __future__ import annotations

import dataclasses
import functools
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from schemahub._arguments import refuse
from schemahub._clock import SystemClock
from schemahub._executing.crew import Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemahub._compact.job import CompactJob
    from schemahub._config import Settings
    from schemahub._jobs import Jobs
    from schemahub._lake.opening import Lake
    from schemahub._quality.source import Source
    from schemahub._transform.job import TransformJob
    from schemahub.events import Emit
    from schemahub.executor import Executor

J = TypeVar("J")

IN_THIS_PROCESS = "inline"
"""The executor that is no other: commands do their work as they would without one."""


@contextmanager
def crew_of(url: str, settings: Settings, make: Callable[[Place, Emit], J]) -> Iterator[Crew[J]]:
    """Open the executor of the settings for the block; elsewhere, jobs are made by `make`.

    `ConfigError` where the lake is in this process's memory and the workers are not in this process.
    """
    with _opened(settings) as executor:
        refuse(
            executor.remote and url.startswith("memory://"),
            f"the executor {settings.executor.name!r} has workers elsewhere, which do not see {url}",
        )
        made = functools.partial(make, Place(url=url, settings=settings))
        yield Crew(executor=executor, make=made, tries=settings.executor.tries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a worker finds the lake, and by which settings it works."""

    url: str
    settings: Settings

    def jobs(self, emit: Emit) -> Jobs:
        """Return what makes the jobs of this place, in this process."""
        from schemahub._jobs import Jobs

        return Jobs(
            url=self.url,
            lake=_lake(self),
            settings=self.settings,
            clock=SystemClock(),
            given_stop=None,
            emit=emit,
        )


def transform_job(place: Place, emit: Emit) -> TransformJob:
    """Make a worker's own job for units of a transform."""
    return place.jobs(emit).transform()


def source(place: Place, emit: Emit) -> Source:
    """Make what a worker reads streams from."""
    return dataclasses.replace(place.jobs(emit).source(), emit=emit)


def backfill_jobs(place: Place, emit: Emit) -> Jobs:
    """Make what a worker's own slices of a backfill are done with."""
    return place.jobs(emit)


def compact_job(place: Place, emit: Emit) -> CompactJob:
    """Make a worker's own job for days to rewrite; it counts its cost apart."""
    from schemahub._compact.cost import Meter

    meter = Meter()
    job = place.jobs(emit).compact(meter, place.settings.compact.grace)
    return dataclasses.replace(job, meter=meter)


def _opened(settings: Settings) -> Executor:
    from schemahub._config import plugin_options
    from schemahub._plugins import load

    name = settings.executor.name
    kind = load("executors", name)
    return kind.open(settings.executor, plugin_options(settings, "executors", name, kind.Options))


_opening = threading.Lock()
_lakes: dict[str, Lake] = {}
"""Lakes that this worker has open: a unit of seconds is not to make clients and connections anew."""


def _lake(place: Place) -> Lake:
    from schemahub._lake.opening import open_lake

    with _opening:
        key = f"{place.url} {place.settings.model_dump_json()}"
        if key not in _lakes:
            _lakes[key] = open_lake(place.url, place.settings)
        return _lakes[key]
