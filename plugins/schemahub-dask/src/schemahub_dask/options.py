"""What the Dask executor can be told."""

from __future__ import annotations

from pydantic import Field, PositiveFloat, PositiveInt

from schemahub.settings import Section


class DaskOptions(Section):
    """`executors.dask` in the settings."""

    connect_seconds: PositiveFloat = 30.0
    """How long to wait for the scheduler, and for its first worker."""
    threads_per_worker: PositiveInt = 1
    """Units that one worker process does at once, of those that are started here."""
    memory_limit: str = Field(default="auto", pattern=r"^(auto|[0-9.]+ ?[kMGT]?i?B)$")
    """What a worker process that is started here may use, as `2GiB`; Dask restarts one that uses more."""
