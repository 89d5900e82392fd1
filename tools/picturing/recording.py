"""What a program writes to a terminal, and when."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Bytes as they came, and the seconds from the start."""

    seconds: float
    text: bytes


def record(command: Sequence[str], *, columns: int, rows: int) -> list[Chunk]:
    """Run a command on a terminal of this size; an exit code other than 0 is an error."""
    child, terminal = pty.fork()
    if child == 0:
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.execvpe(command[0], list(command), environment)  # noqa: S606 - our own command, and no shell
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    chunks = list(_read(terminal))
    _, status = os.waitpid(child, 0)
    if status:
        msg = f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}"
        raise RuntimeError(msg)
    return chunks


def _read(terminal: int) -> Iterator[Chunk]:
    began = time.monotonic()
    while time.monotonic() - began < _LONGEST_SECONDS:
        try:
            text = os.read(terminal, 65536)
        except OSError:  # how Linux tells that the other end is closed
            return
        if not text:
            return
        yield Chunk(seconds=time.monotonic() - began, text=text)
