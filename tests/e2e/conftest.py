"""A real exchange's stand-in on a real socket, and the real command beside it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import Schemahub

from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Return the folder of recorded exchange data."""
    folder = os.environ.get("SCHEMAHUB_REAL_DATA")
    if not folder:
        pytest.skip("SCHEMAHUB_REAL_DATA does not name a folder of recorded exchange data")
    return Path(folder) / "coinbase"
