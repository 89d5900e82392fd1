"""Units of work on the workers of a Ray cluster."""

from __future__ import annotations

import logging
import os
import tempfile
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import ray
from ray.exceptions import NodeDiedError, ObjectLostError, OutOfMemoryError, WorkerCrashedError

from schemahub.errors import ConfigError, SchemahubError
from schemahub.executor import Executor
from schemahub_ray.options import RayOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemahub.settings import ExecutorSettings

T = TypeVar("T")
R = TypeVar("R")

_LOST = (WorkerCrashedError, NodeDiedError, ObjectLostError, OutOfMemoryError)
"""How Ray says that a call ended with its worker: it has then tried others itself."""


class RayExecutor(Executor):
    """A cluster at an address, or one on this machine for as long as a command runs."""

    Options = RayOptions
    remote = True

    def __init__(self, options: RayOptions) -> None:
        """Use the cluster that this process is connected to."""
        self._cpus = options.cpus_per_unit
        self._run = ray.remote(_run).options(num_cpus=self._cpus, max_retries=options.worker_retries)

    @classmethod
    def open(cls, settings: ExecutorSettings, options: Mapping[str, object]) -> Self:
        """Connect to `settings.address`; without one start a cluster of `settings.workers` here.

        `ConfigError` where no cluster answers, or this process is connected to one already.
        """
        chosen = RayOptions.model_validate(options)
        started: dict[str, Any] = {"address": settings.address}
        if settings.address is None:
            _check_temporary_folder()
            # "local": otherwise a cluster that happens to run here would be joined.
            workers = settings.workers or os.cpu_count() or 1
            started = {"address": "local", "num_cpus": workers * chosen.cpus_per_unit}
        try:
            ray.init(**started, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, RuntimeError, ValueError) as error:
            msg = "no Ray cluster answers"
            hint = "Start one with `ray start --head`."
            raise ConfigError(msg, where=settings.address, found=str(error), hint=hint) from error
        return cls(chosen)

    @property
    def workers(self) -> int:
        """Return how many units the cluster's processors are for: they may come and go."""
        return max(1, int(ray.cluster_resources().get("CPU", 1.0) / self._cpus))

    def submit(self, call: Callable[[T], R], unit: T, /) -> Future[R]:
        """Send the call and its unit, pickled, to a worker that is free."""
        mine: Future[R] = Future()
        mine.set_running_or_notify_cancel()
        self._run.remote(call, unit).future().add_done_callback(lambda theirs: _settle(mine, theirs))
        return mine

    def is_lost(self, error: BaseException) -> bool:
        """Tell whether workers died over a call as often as Ray begins it again."""
        return isinstance(error, _LOST)

    def close(self) -> None:
        """Disconnect; a cluster that was started here ends."""
        ray.shutdown()


def _check_temporary_folder() -> None:
    """Refuse what each worker would refuse as it starts, unheard: the command would wait for ever."""
    environment = os.environ.get("VIRTUAL_ENV")
    folder = os.environ.get("RAY_TMPDIR") or tempfile.gettempdir()
    if environment and Path(folder).resolve().is_relative_to(Path(environment).resolve()):
        msg = "Ray starts no worker where its temporary folder lies in a virtual environment"
        raise ConfigError(msg, where="TMPDIR", found=folder, hint="Set TMPDIR to another folder.")


def _run(call: Callable[[T], R], unit: T) -> tuple[R | None, SchemahubError | None]:
    """Hand an error over as a value: Ray would raise another one, with the traceback as its text."""
    try:
        return call(unit), None
    except SchemahubError as error:
        return None, error


def _settle(mine: Future[Any], theirs: Future[tuple[Any, SchemahubError | None]]) -> None:
    if lost := theirs.exception():
        mine.set_exception(lost)
        return
    value, error = theirs.result()
    if error is None:
        mine.set_result(value)
    else:
        mine.set_exception(error)
