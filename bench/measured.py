"""What a process cost, all of it: the interpreter, its plugins, its threads and its children."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

_KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds of wall clock and of CPU (user and system), peak memory, and what was printed."""

    wall: float
    cpu: float
    peak_megabytes: float | None
    out: str


class Failed(Exception):
    """A process did not do what it was started for; the message is what it said last."""


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end; `Failed` unless it exits 0.

    Linux counts the memory of whoever starts a process to that process's peak (exec keeps the mark). So a
    bench that measures memory must stay small itself: it generates and compares in processes of their own.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, env=_environment(environment))  # noqa: S603 - our own commands
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        # wait4 has reaped it, which Popen must not try again.
        process.returncode = os.waitstatus_to_exitcode(status)
        text, complaint = (_text(each) for each in (out, err))
    if process.returncode:
        said = " ".join((complaint or text).split())
        msg = f"exit {process.returncode}: {said[-240:]}"
        raise Failed(msg)
    return Cost(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        # Not above our own: then it may be our own that was counted.
        peak_megabytes=usage.ru_maxrss * _KIB / 1e6 if usage.ru_maxrss > _own_peak() else None,
        out=text,
    )


def schemahub(*arguments: str) -> Cost:
    """Run the real command as a user does."""
    return run([sys.executable, "-m", "schemahub.cli", *arguments])


def _own_peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    # Settings of whoever runs the bench are not ours. Nor is that no bytecode is kept: what pip installs
    # has some, and a checkout would be compiled anew each time.
    kept = (
        (name, value)
        for name, value in os.environ.items()
        if not name.startswith("SCHEMAHUB_") and name != "PYTHONDONTWRITEBYTECODE"
    )
    return {**dict(kept), **(more or {})}


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")
