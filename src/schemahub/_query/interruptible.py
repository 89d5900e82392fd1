"""Run a query so that it can be stopped."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from schemahub._clock import Stop

T = TypeVar("T")
_LOOK_SECONDS = 0.1
_AGAIN_SECONDS = 0.02


def interruptible(session: duckdb.DuckDBPyConnection, work: Callable[[], T], stop: Stop) -> T:
    """Return what `work` does with the session; `Cancelled` once `stop` is set, and Ctrl-C ends it at once.

    DuckDB looks for signals only between the steps of a query, and one step can last for minutes. So
    another thread works, and this one stays free to hear of them.
    """
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        try:
            while not wait([running], _LOOK_SECONDS).done:
                stop.check()
        except BaseException:
            # More than once: an interruption that comes before the query begins is forgotten.
            while not running.done():
                session.interrupt()
                wait([running], _AGAIN_SECONDS)
            raise
        return running.result()
