"""Units of work on the workers of a Dask scheduler."""

from __future__ import annotations

import logging
import os
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Self, TypeVar

from distributed import Client, KilledWorker, LocalCluster
from distributed.client import FutureCancelledError
from distributed.comm.core import CommClosedError

from schemahub.errors import ConfigError
from schemahub.executor import Executor
from schemahub_dask.options import DaskOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from schemahub.settings import ExecutorSettings

T = TypeVar("T")
R = TypeVar("R")

_LOST = (KilledWorker, FutureCancelledError, CommClosedError, CancelledError)
"""How Dask says that a call ended with its worker: it has then tried other workers itself."""


class DaskExecutor(Executor):
    """A scheduler at an address, or worker processes on this machine for as long as a command runs."""

    Options = DaskOptions
    remote = True

    def __init__(self, client: Client, cluster: LocalCluster | None) -> None:
        """Keep the client; `cluster` is what has to end with it."""
        self._client = client
        self._cluster = cluster
        # The same call with the same unit is another try, not a result that is known.
        self._pool = client.get_executor(pure=False)

    @classmethod
    def open(cls, settings: ExecutorSettings, options: Mapping[str, object]) -> Self:
        """Connect to `settings.address`; without one start `settings.workers` processes here.

        `ConfigError` where no scheduler answers, or it has no worker.
        """
        chosen = DaskOptions.model_validate(options)
        if settings.address is None:
            return cls(*_started(settings.workers or os.cpu_count() or 1, chosen))
        return cls(_connected(settings.address, chosen.connect_seconds), None)

    @property
    def workers(self) -> int:
        """Return the threads of all workers: they may come and go."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, call: Callable[[T], R], unit: T, /) -> Future[R]:
        """Send the call and its unit, pickled, to a worker that is free."""
        future: Future[R] = self._pool.submit(call, unit)
        return future

    def is_lost(self, error: BaseException) -> bool:
        """Tell whether workers died over a call as often as Dask allows, or a connection broke."""
        return isinstance(error, _LOST)

    def close(self) -> None:
        """Disconnect, and end the processes that were started here."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _started(workers: int, options: DaskOptions) -> tuple[Client, LocalCluster]:
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=options.threads_per_worker,
        memory_limit=options.memory_limit,
        host="127.0.0.1",  # the default would listen to everybody
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.ERROR,
    )
    return Client(cluster, set_as_default=False), cluster


def _connected(address: str, seconds: float) -> Client:
    try:
        client = Client(address, timeout=seconds, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        msg = "no Dask scheduler answers"
        hint = "Start one with `dask scheduler`, and workers with `dask worker`."
        raise ConfigError(msg, where=address, found=str(error), hint=hint) from error
    try:
        client.wait_for_workers(1, timeout=seconds)
    except TimeoutError as error:
        client.close()
        msg = "the Dask scheduler has no worker"
        hint = f"Start some with `dask worker {address}`."
        raise ConfigError(msg, where=address, hint=hint) from error
    return client
