"""What the pages' commands find: a simulated exchange of the days they name, and a lake that holds them."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import schemahub
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PRODUCTS = ("BTC-USD", "ETH-USD")
START, END = datetime(2025, 12, 31, 12, tzinfo=UTC), datetime(2026, 1, 2, 12, tzinfo=UTC)
_TRADES = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """An exchange at `url`, and a lake that `enter` copies."""

    url: str
    lake: Path

    def enter(self, folder: Path) -> dict[str, str]:
        """Put the lake into a folder; return the environment of who works there."""
        shutil.copytree(self.lake, folder / "lake")
        return {
            **bare(),
            "SCHEMAHUB_LAKE": "./lake",
            "SCHEMAHUB_CONNECTORS__COINBASE__BASE_URL": self.url,
            "SCHEMAHUB_CONNECTORS__COINBASE__REQUESTS_PER_SECOND": "1000",
        }


def bare() -> dict[str, str]:
    """Return an environment without anybody's settings, in which `schemahub` and `python` are ours."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("SCHEMAHUB_", "S3_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**others, "PATH": path, "PYTHONWARNINGS": "error"}


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """Serve the exchange, and fill a lake below a folder."""
    span = (END - START).total_seconds()
    last = int(END.timestamp()) * 10**9
    specs = [ProductSpec(id=name, trades=_TRADES, history_seconds=span, end_ns=last) for name in PRODUCTS]
    exchange = SimulatedCoinbase(specs, knobs=Knobs(requests_per_second=0, max_age_seconds=0))
    with SimulatorServer(exchange) as server:
        lake = folder / "lake"
        _fill(lake, {"connectors.coinbase.base_url": server.url})
        yield World(url=server.url, lake=lake)


def _fill(lake: Path, settings: Mapping[str, object]) -> None:
    overrides = {**settings, "connectors.coinbase.requests_per_second": 1000}
    hub = schemahub.open(lake, overrides=overrides)
    hub.update_seed(products=list(PRODUCTS))
    hub.backfill(start=START, end=END)
    hub.transform()
