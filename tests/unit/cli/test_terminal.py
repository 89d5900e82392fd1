"""Colours: on a real terminal, in a pipe, and as the environment wants them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("rich")
ESCAPE = "\x1b["
VERSION = ("version",)
WRONG = ("status",)  # no lake is given


def environ(**more: str) -> dict[str, str]:
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SCHEMAHUB_") and name not in {"NO_COLOR", "FORCE_COLOR", "COLORTERM"}
    }
    return {**ours, "TERM": "xterm-256color", **more}


def on_a_terminal(*args: str, **env: str) -> str:
    """Run a command whose stdout and stderr are one pseudo-terminal; return what it wrote."""
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (40, 120))
    command = [sys.executable, "-m", "schemahub.cli", *args]
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environ(**env))  # noqa: S603 - our own
    os.close(theirs)
    try:
        return read_all(ours)
    finally:
        process.wait(60)
        os.close(ours)


def read_until(descriptor: int, text: str) -> str:
    """Read until a text is there; what was written before the other side closed if it never is."""
    found = ""
    while text not in found:
        try:
            found += os.read(descriptor, 65_536).decode(errors="replace")
        except OSError:  # how Linux says that the other side is closed
            break
    return found


def read_all(descriptor: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(descriptor, 65_536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()


def in_a_pipe(*args: str, **env: str) -> str:
    command = [sys.executable, "-m", "schemahub.cli", *args]
    done = subprocess.run(  # noqa: S603 - our own
        command, capture_output=True, text=True, check=False, env=environ(**env), timeout=60
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("args", [VERSION, WRONG])
def test_a_terminal_gets_colours_and_a_pipe_none(args: tuple[str, ...]) -> None:
    assert ESCAPE in on_a_terminal(*args)
    assert ESCAPE not in in_a_pipe(*args)


@pytest.mark.parametrize("args", [VERSION, WRONG])
def test_the_environment_has_the_last_word(args: tuple[str, ...]) -> None:
    assert ESCAPE not in on_a_terminal(*args, NO_COLOR="1")
    assert ESCAPE in in_a_pipe(*args, FORCE_COLOR="1")
    assert ESCAPE not in in_a_pipe(*args, FORCE_COLOR="1", NO_COLOR="1")
    assert ESCAPE in on_a_terminal(*args, NO_COLOR="")


def test_json_is_never_coloured() -> None:
    assert ESCAPE not in on_a_terminal(*VERSION, "--json", FORCE_COLOR="1")


def test_no_colour_still_draws_tables() -> None:
    assert "✔" in on_a_terminal(*VERSION, NO_COLOR="1", PYTHONUTF8="1")


def test_watching_ends_well_by_ctrl_c(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "schemahub.cli", "status", "--lake", str(tmp_path), "--watch", "60"]
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environ())  # noqa: S603 - our own
    os.close(theirs)
    try:
        assert "Ctrl-C ends it" in read_until(ours, "Ctrl-C ends it")
        process.send_signal(signal.SIGINT)
        assert "error" not in read_all(ours)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait(30)
        os.close(ours)
