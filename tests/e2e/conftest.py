"""A real exchange's stand-in on a real socket, and the real command beside it."""

from __future__ import annotations

import contextlib
import http.server
import os
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import Schemahub

from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from truth import Serve

    from schemahub.testing import FaultPlan


UNLIMITED = {"connectors__coinbase__requests_per_second": 10_000, "connectors__coinbase__burst": 10_000}


@pytest.fixture
def tool(tmp_path: Path) -> Schemahub:
    """The command on a lake of its own; no exchange yet."""
    return Schemahub(folder=tmp_path)


@pytest.fixture
def quick(tool: Schemahub) -> Schemahub:
    """The command without limits of its own, with small batches; `serve` gives it an exchange."""
    return tool.given(**UNLIMITED, connectors__coinbase__settle_seconds=0, ingest__batch_size=5_000)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Open simulated exchanges on sockets; each call returns one, and its URL."""
    with ExitStack() as stack:

        def opened(
            *products: ProductSpec, faults: FaultPlan | None = None, **knobs: object
        ) -> tuple[SimulatedCoinbase, str]:
            settings = Knobs(**{"requests_per_second": 0, "max_age_seconds": 0, **knobs})  # type: ignore[arg-type]  # whatever knobs a test names
            exchange = SimulatedCoinbase(products, knobs=settings, faults=faults)
            return exchange, stack.enter_context(SimulatorServer(exchange)).url

        yield opened


@pytest.fixture
def one_answer() -> Iterator[Callable[[int], str]]:
    """Serve one and the same answer of so many bytes to every request; each call returns a URL."""
    with ExitStack() as stack:

        def serving(size: int) -> str:
            server = stack.enter_context(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Flood))
            server.size = size  # type: ignore[attr-defined]  # for its handlers
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_address[1]}"

        yield serving


class Flood(http.server.BaseHTTPRequestHandler):
    """Sends blanks until the client has had enough."""

    def do_GET(self) -> None:
        size: int = self.server.size  # type: ignore[attr-defined]  # set above
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            for _ in range(size >> 20):
                self.wfile.write(b" " * (1 << 20))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        del format, args


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Return the folder of recorded exchange data."""
    folder = os.environ.get("SCHEMAHUB_REAL_DATA")
    if not folder:
        pytest.skip("SCHEMAHUB_REAL_DATA does not name a folder of recorded exchange data")
    return Path(folder) / "coinbase"
