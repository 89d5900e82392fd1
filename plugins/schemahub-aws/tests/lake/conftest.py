"""A lake in a bucket that forgets nothing, an exchange, and the real command between them."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import Schemahub
from s3_history import LakeHistory

from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truth import Serve

QUICK = {
    "connectors__coinbase__requests_per_second": 10_000,
    "connectors__coinbase__burst": 10_000,
    "connectors__coinbase__settle_seconds": 0,
    "ingest__batch_size": 2_000,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what takes minutes to the long session."""
    for item in items if "SOAK_EXAMPLES" not in os.environ else ():
        if item.path.is_relative_to(Path(__file__).parent) and item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: nox -s soak"))


@pytest.fixture
def history(bucket: str) -> LakeHistory:
    """Return the lake's past; the bucket keeps all versions from now on."""
    return LakeHistory(bucket)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Open simulated exchanges on sockets; each call returns one, and its URL."""
    with ExitStack() as stack:

        def opened(*products: ProductSpec, **knobs: object) -> tuple[SimulatedCoinbase, str]:
            settings = Knobs(**{"requests_per_second": 0, "max_age_seconds": 0, **knobs})  # type: ignore[arg-type]  # whatever knobs a test names
            exchange = SimulatedCoinbase(products, knobs=settings)
            return exchange, stack.enter_context(SimulatorServer(exchange)).url

        yield opened


@pytest.fixture
def tool(tmp_path: Path, history: LakeHistory, table: str) -> Schemahub:
    """Return the command without limits of its own, with small batches, its leases in DynamoDB."""
    pytest.importorskip("schemahub_coinbase", reason="the whole way takes a connector")
    pytest.importorskip("schemahub_mapping", reason="the whole way takes a transformer")
    quick = Schemahub(folder=tmp_path).given(**QUICK)
    return quick.with_environment(SCHEMAHUB_LAKE=history.url, DYNAMODB_LOCKS_TABLE=table)
