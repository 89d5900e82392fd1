"""A backfill from bulk files, killed at any moment: nothing is missing, nothing is twice (R1)."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest
from killing import killed

from schemahub.codec import decompressed
from schemahub.layout import RawName, StreamId
from schemahub.testing import Knobs, ProductSpec, SimulatedExchange, SimulatorServer

if TYPE_CHECKING:
    from pathlib import Path

    from command_line import Schemahub

simulated = pytest.importorskip("schemahub_binance.simulator.dialect", reason="schemahub-binance is missing")

SYMBOL = "BTCUSDT"
RAW = StreamId("binance", SYMBOL).raw_prefix
END = int(datetime(2025, 1, 3, tzinfo=UTC).timestamp()) * 10**9
BACKFILL = ("backfill", "--exchange", "binance", "--product", SYMBOL, "--start", "2024-12-30")


def test_a_backfill_from_files_killed_six_times(tool: Schemahub) -> None:
    spec = ProductSpec(
        id=SYMBOL, base="BTC", quote="USDT", trades=60_000, first_id=0, history_seconds=2 * 86_400, end_ns=END
    )
    knobs = Knobs(requests_per_second=0, max_age_seconds=0)
    exchange = SimulatedExchange(simulated.BinanceDialect, [spec], knobs=knobs)
    with SimulatorServer(exchange) as server:
        settings = {
            "base_url": server.url,
            "archive_url": server.url,
            "requests_per_second": 10_000,
            "burst": 10_000,
        }
        tool = tool.given(
            **{f"connectors__binance__{name}": value for name, value in settings.items()},
            ingest__batch_size=1_000,
        )
        rng = random.Random(1)  # noqa: S311 - no secret
        landed = 0
        for _ in range(6):
            due = partial(_has_objects, tool.lake, _objects(tool.lake) + rng.randrange(1, 6))
            landed += killed(tool, BACKFILL, due, rng)
        assert landed >= 3
        tool.must(*BACKFILL)
    ids = _ids(tool.lake)
    assert len(ids) == len(set(ids))
    assert sorted(ids) == exchange.ids(SYMBOL)
    tool.must("verify", "--deep")


def _objects(lake: Path) -> int:
    return sum(1 for path in (lake / RAW).glob("*.jsonl.zst"))


def _has_objects(lake: Path, count: int) -> bool:
    return _objects(lake) >= count


def _ids(lake: Path) -> list[int]:
    ids: list[int] = []
    for path in (lake / RAW).glob("*.jsonl.zst"):
        with path.open("rb") as file, decompressed(RawName.parse(path.name).codec, file) as stream:
            rows = map(json.loads, stream.read().splitlines())
            ids += [int(row[0]) if isinstance(row, list) else row["id"] for row in rows]
    return ids
