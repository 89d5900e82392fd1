"""Killed before, between and amid requests to S3 and DynamoDB: the lake is exact (R1 to R3, R6)."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

import pytest
from killing import killed
from lossy_proxy import lossy

from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from command_line import Schemahub
    from lossy_proxy import Plan
    from s3_history import LakeHistory
    from truth import Serve

    from schemahub.testing import SimulatedCoinbase

BTC = "BTC-USD"
INGEST = ("ingest", "--product", BTC, "--since", "2d")
TIMES = pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.soak)])


@TIMES
def test_ingest_killed(tool: Schemahub, history: LakeHistory, serve: Serve, aws: str, kills: int) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=8_000), latency_ms=5)
    tool = tool.given(connectors__coinbase__base_url=url)
    rng = random.Random(kills)  # noqa: S311 - no secret
    landed = 0
    with lossy(aws) as plan:
        seen = tool.with_environment(AWS_ENDPOINT_URL=plan.url)
        while landed < kills:
            # There is always work, or a kill would prove nothing.
            exchange.advance(4_000)
            landed += killed(seen, INGEST, after(plan, rng.randrange(1, 40)), rng)
    assert_exact(tool, history, exchange)


@TIMES
def test_transform_killed(tool: Schemahub, history: LakeHistory, serve: Serve, aws: str, kills: int) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=8_000))
    tool = tool.given(connectors__coinbase__base_url=url, transform__rows_per_commit=4_000)
    tool.must(*INGEST)
    rng = random.Random(kills)  # noqa: S311 - no secret
    landed = 0
    with lossy(aws) as plan:
        seen = tool.with_environment(AWS_ENDPOINT_URL=plan.url)
        while landed < kills:
            if killed(seen, ("transform",), after(plan, rng.randrange(1, 30)), rng):
                landed += 1
            else:
                exchange.advance(8_000)
                tool.must(*INGEST)
    assert_exact(tool, history, exchange)


def after(plan: Plan, requests: int) -> partial[bool]:
    """Come true when so many more requests have come by."""
    return partial(_seen, plan, len(plan.seen) + requests)


def _seen(plan: Plan, requests: int) -> bool:
    return len(plan.seen) >= requests


def assert_exact(tool: Schemahub, history: LakeHistory, exchange: SimulatedCoinbase) -> None:
    """One undisturbed run each, and all is there once."""
    tool.must(*INGEST)
    tool.must("transform")
    tool.must("verify", "--deep")
    history.assert_raw_is(exchange, [BTC])
    history.assert_table_is(exchange, [BTC])
