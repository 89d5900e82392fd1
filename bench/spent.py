"""What one piece of work inside this process costs: wall clock, CPU, threads, and peak memory."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_PROCESS = Path("/proc/self")
_KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds, the most threads seen at once, and peak memory: whole, and above what was held before."""

    wall: float
    cpu: float
    threads: int
    peak_megabytes: float
    grown_megabytes: float


def spent(work: Callable[[], T]) -> tuple[T, Spent]:
    """Do the work and return what it gave, and what it cost (memory: Linux only)."""
    with contextlib.suppress(OSError):
        # The peak from here on, not that of the whole life; where it is refused, it is the life's.
        (_PROCESS / "clear_refs").write_text("5")
    before = _megabytes("VmRSS")
    done, most = threading.Event(), [0]
    watching = threading.Thread(target=_watch, args=(done, most))
    watching.start()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        found = work()
    finally:
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        done.set()
        watching.join()
    peak = _megabytes("VmHWM")
    return found, Spent(
        wall=wall, cpu=cpu, threads=most[0], peak_megabytes=peak, grown_megabytes=max(0.0, peak - before)
    )


def _watch(done: threading.Event, most: list[int]) -> None:
    while not done.wait(0.02):
        # The one that watches is not counted.
        most[0] = max(most[0], threading.active_count() - 1)


def _megabytes(name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+)", (_PROCESS / "status").read_text())
    return int(found[1]) * _KIB / 1e6 if found else 0.0
