"""The executor named `threads`: some calls at once, in threads of this process."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self, TypeVar

from schemahub.executor import Executor
from schemahub.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from schemahub.settings import ExecutorSettings

T = TypeVar("T")
R = TypeVar("R")


class ThreadExecutor(Executor):
    """As many threads as `executor.workers`, or as there are cores."""

    def __init__(self, workers: int) -> None:
        """Start no thread before there is a call."""
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="unit")

    @classmethod
    def open(cls, settings: ExecutorSettings, options: Mapping[str, object]) -> Self:
        """Return one with the wanted number of threads."""
        del options
        return cls(settings.workers or os.cpu_count() or 1)

    @property
    def workers(self) -> int:
        """Return the number of threads."""
        return self._workers

    def submit(self, call: Callable[[T], R], unit: T, /) -> Future[R]:
        """Run the call as soon as a thread is free."""
        return self._pool.submit(call, unit)

    def close(self) -> None:
        """Wait for the calls under way."""
        self._pool.shutdown()


@hookimpl
def schemahub_executor() -> type[Executor]:
    """Return the class."""
    return ThreadExecutor
