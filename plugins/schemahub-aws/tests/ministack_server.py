"""A MiniStack of one's own: a process that answers like AWS, on a free port of the loopback interface."""

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
    from collections.abc import Iterator

_LONGEST_START_SECONDS = 60.0
_HOST = "127.0.0.1"


@contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """Run a server for the block and return its URL; what it says goes to a log in `folder`."""
    port = _free_port()
    url = f"http://{_HOST}:{port}"
    environment = {**os.environ, "BIND_HOST": _HOST, "GATEWAY_PORT": str(port)}
    command = [str(Path(sys.executable).with_name("ministack"))]
    log = folder / "ministack.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=out, stderr=out)  # noqa: S603 - ours
        try:
            _wait(process, url, log)
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


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + _LONGEST_START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.1)
    msg = f"MiniStack did not start: {log.read_text(errors='replace')[-2000:]}"
    raise RuntimeError(msg)
