"""Many threads that begin at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def race(contenders: int, call: Callable[[int], T]) -> list[T]:
    """Call from so many threads at once, each with its number; return the results in their order."""
    start = threading.Barrier(contenders)

    def run(number: int) -> T:
        start.wait()
        return call(number)

    with ThreadPoolExecutor(contenders) as pool:
        return list(pool.map(run, range(contenders)))
