"""Every command through a network that loses one request in seven: the lake is exact (R1 to R4, R6)."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from command_line import ended, finished
from lossy_proxy import lossy
from storm import WRONG, Storm

from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from command_line import Schemahub
    from s3_history import LakeHistory
    from truth import Serve

STORMS = int(os.environ.get("SOAK_STORMS", "4"))
PRODUCTS = ["BTC-USD", "ETH-USD"]
INGEST = ("ingest", "--product", "BTC-USD", "--product", "ETH-USD", "--since", "2d")


def test_every_command_through_a_storm(tool: Schemahub, history: LakeHistory, serve: Serve) -> None:
    weather_it(tool, history, serve, seed=0, rounds=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, STORMS + 1))
def test_every_command_through_many_storms(
    tool: Schemahub, history: LakeHistory, serve: Serve, seed: int
) -> None:
    provider = "none" if seed % 2 else "dynamodb"
    weather_it(tool.given(locks__provider=provider), history, serve, seed=seed, rounds=3)


def weather_it(tool: Schemahub, history: LakeHistory, serve: Serve, *, seed: int, rounds: int) -> None:
    exchange, url = serve(*[ProductSpec(id=product, trades=4_000) for product in PRODUCTS], latency_ms=20)
    tool = tool.given(
        connectors__coinbase__base_url=url, transform__rows_per_commit=4_000, compact__grace="1s"
    )
    with lossy(os.environ["AWS_ENDPOINT_URL"]) as plan:
        storm = Storm(plan, seed=seed)
        tool = tool.with_environment(AWS_ENDPOINT_URL=plan.url)
        for _ in range(rounds):
            exchange.advance(1_000)
            two_at_once(tool, *INGEST)
            two_at_once(tool, "transform")
            tool.must("compact")
        tool.must("verify", "--deep")
    assert storm.seen.keys() >= WRONG.keys()
    history.assert_raw_is(exchange, PRODUCTS)
    history.assert_table_is(exchange, PRODUCTS)
    history.assert_nothing_overwritten()


def two_at_once(tool: Schemahub, *arguments: str) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(ended(tool.start(*arguments))) for _ in range(2)]
        for done in map(finished, processes):
            assert done.code == 0, f"{arguments}: {done.out}\n{done.err}"
