"""A server of one's own that answers like AWS: a process on a free port of the loopback interface."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHOICE = "AWS_TEST_SERVER"
"""The variable that chooses the server: `ministack`, or `moto` for a second opinion."""
_LONGEST_START_SECONDS = 60.0
_HOST = "127.0.0.1"


def chosen() -> str:
    """Return the name of the server that the tests talk to."""
    return os.environ.get(CHOICE) or "ministack"


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run the chosen server for the block and return its URL."""
    starting = {"ministack": ministack, "moto": serial_moto}[chosen()]
    with starting(folder) as url:
        yield url


@contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """Run MiniStack for the block and return its URL."""
    port = _free_port()
    command = [str(Path(sys.executable).with_name("ministack"))]
    environment = {"BIND_HOST": _HOST, "GATEWAY_PORT": str(port)}
    with _running(command, environment, folder, f"http://{_HOST}:{port}", "/_ministack/health") as url:
        yield url


@contextmanager
def serial_moto(folder: Path) -> Iterator[str]:
    """Run moto, one request at a time, for the block and return its URL."""
    port = _free_port()
    command = [sys.executable, str(Path(__file__).with_name("serial_moto.py")), str(port)]
    with _running(command, {}, folder, f"http://{_HOST}:{port}", "/moto-api/data.json") as url:
        yield url


@contextmanager
def _running(
    command: Sequence[str], environment: dict[str, str], folder: Path, url: str, health: str
) -> Iterator[str]:
    """Run a process; what it says goes to a log in `folder`."""
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - ours
            command, env={**os.environ, **environment}, cwd=folder, stdout=out, stderr=out
        )
        try:
            _wait(process, f"{url}{health}", log)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], health: str, log: Path) -> None:
    end = time.monotonic() + _LONGEST_START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(health, timeout=2):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.1)
    msg = f"the server did not start: {log.read_text(errors='replace')[-2000:]}"
    raise RuntimeError(msg)
