"""Killed at any moment, as often as you like: nothing is missing, nothing is twice (R1, R2)."""

from __future__ import annotations

import os
import random
from functools import partial
from typing import TYPE_CHECKING

import pytest
from killing import killed
from truth import BTC, assert_raw_is, ids_of, table_ids

from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from pathlib import Path

    from command_line import Schemahub
    from truth import Serve

    from schemahub.testing import SimulatedCoinbase

KILLS = int(os.environ.get("SOAK_KILLS", "60"))
INGEST = ("ingest", "--product", BTC, "--since", "2d")
BACKFILL = ("backfill", "--product", BTC, "--start", "2020-01-01")


def test_ingest_killed_twenty_times(quick: Schemahub, serve: Serve) -> None:
    _kill_and_prove(quick, serve, INGEST, kills=20)


def test_backfill_killed_ten_times(quick: Schemahub, serve: Serve) -> None:
    _kill_and_prove(quick, serve, BACKFILL, kills=10)


@pytest.mark.soak
def test_killed_many_times(quick: Schemahub, serve: Serve) -> None:
    _kill_and_prove(quick, serve, INGEST, kills=KILLS)


def test_transform_killed_ten_times(quick: Schemahub, serve: Serve) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=60_000))
    quick = quick.given(connectors__coinbase__base_url=url, transform__rows_per_commit=4_000)
    quick.must(*INGEST)
    rng = random.Random(2)  # noqa: S311 - no secret
    landed = 0
    for _ in range(10):
        due = partial(_has_files, quick.lake, _files(quick.lake) + rng.randrange(4))
        landed += killed(quick, ("transform",), due, rng)
    assert landed >= 5
    quick.must("transform")
    assert table_ids(quick.lake) == ids_of(exchange)
    quick.must("verify", "--deep")


def _kill_and_prove(
    quick: Schemahub,
    serve: Serve,
    arguments: tuple[str, ...],
    kills: int,
) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=60_000), latency_ms=5)
    quick = quick.given(connectors__coinbase__base_url=url)
    rng = random.Random(1)  # noqa: S311 - no secret
    landed = 0
    while landed < kills:
        # There is always work, or a kill would prove nothing.
        exchange.advance(2_000)
        due = partial(_has_served, exchange, exchange.requests.total() + rng.randrange(1, 16))
        landed += killed(quick, arguments, due, rng)
    quick.must(*arguments)
    assert_raw_is(quick.lake, exchange)
    quick.must("verify", "--deep")


def _has_served(exchange: SimulatedCoinbase, requests: int) -> bool:
    return exchange.requests.total() >= requests


def _has_files(lake: Path, files: int) -> bool:
    return _files(lake) >= files


def _files(lake: Path) -> int:
    return sum(1 for path in (lake / "unified_trades").rglob("*") if path.is_file())
