"""A reader's terminal: one shell, which a page's commands are typed into one after another."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_END = "-- the command ended with "


class Terminal:
    """A shell that reads commands from a pipe; `terminal` makes one."""

    def __init__(self, shell: subprocess.Popen[bytes]) -> None:
        self._shell = shell
        self._printed = ""

    def type(self, command: str, seconds: float) -> tuple[str, int]:
        """Run a command to its end; return what it printed, and its exit code."""
        # The last brackets hand `$?` on to the next command, as if nothing had been between.
        self._send(f"{command}\n__code=$?; echo '{_END}'$__code; (exit $__code)\n")
        self._read_until(lambda text: _END in text and text.endswith("\n"), seconds)
        printed, _, code = self._printed.partition(_END)
        self._printed = ""
        return printed, int(code)

    def start(self, command: str, shown: Callable[[str], bool], seconds: float) -> str:
        """Run a command that goes on; return what it printed once `shown` says that it is all."""
        self._send(f"{command}\n")
        self._read_until(shown, seconds)
        return self._printed

    def _send(self, text: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(text.encode())
        self._shell.stdin.flush()

    def _read_until(self, done: Callable[[str], bool], seconds: float) -> None:
        assert self._shell.stdout is not None
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as ready:
            ready.register(self._shell.stdout, selectors.EVENT_READ)
            while not done(self._printed) and ready.select(max(0.0, until - time.monotonic())):
                piece = os.read(self._shell.stdout.fileno(), 65_536)
                if not piece:
                    break
                self._printed += piece.decode()
        assert done(self._printed), f"within {seconds} s there was only:\n{self._printed}"


@contextmanager
def terminal(folder: Path, environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Open one in a folder; what was started in it ends with the block."""
    shell = subprocess.Popen(
        ["bash", "--noprofile", "--norc"],  # noqa: S607 - the reader's own
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    with shell:
        try:
            yield Terminal(shell)
        finally:
            # The group that was made for it: the shell, and whatever it still runs.
            os.killpg(shell.pid, signal.SIGKILL)
