"""Measure an environment made by docker/build.sh: `nox -s image`, or `python bench/image.py ENVIRONMENT`.

Megabytes are what lies in the folder. Seconds are the median of some starts, the files in the page cache: of
`schemahub version`, and from the start of `schemahub ingest` to its first request on the exchange's socket.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

STARTS = 7


def megabytes(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return round(sum(path.stat().st_size for path in files) / 1e6, 1)


def seconds_to_end(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    return time.perf_counter() - began


def seconds_to_first_request(program: str) -> float:
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        environment = {**os.environ, "SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": url}
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own command
            [program, "ingest", "--product", "BTC-USD", "--lake", folder],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1)
                return time.perf_counter() - began
        finally:
            process.kill()
            process.wait()


def measure(environment: Path) -> dict[str, object]:
    program = str(environment / "bin" / "schemahub")
    site = next((environment / "lib").glob("python3*/site-packages"))
    sizes = {path.name: megabytes(path) for path in site.iterdir() if path.is_dir()}
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    return {
        "megabytes": megabytes(environment),
        "distributions": len(list(site.glob("*.dist-info"))),
        "largest": dict(largest),
        "seconds of `version`": _median(lambda: seconds_to_end([program, "version"])),
        "seconds to the first request": _median(lambda: seconds_to_first_request(program)),
    }


def _median(once: Callable[[], float]) -> float:
    once()  # reads the files into the page cache
    return round(statistics.median(once() for _ in range(STARTS)), 2)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1])), indent=2))
