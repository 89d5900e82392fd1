"""Any number of processes share the products of an exchange, and give what one gives (R4)."""

from __future__ import annotations

import signal
import time
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from command_line import SECONDS, ended, finished

from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from command_line import Schemahub
    from s3_history import LakeHistory
    from truth import Serve

    from schemahub.testing import SimulatedCoinbase

PRODUCTS = [f"P{number:02}-USD" for number in range(50)]
TRADES = 3_000
LIMIT = 80.0
"""Requests a second that the exchange serves this address; each process is told its share of most of it."""
INGEST = ("ingest", "--since", "2d", "--json")
PAGES = 6
"""What one process alone asks for: three to find where to begin, three that it stores."""
ON_THE_GRID = [(1, 1_999), (2_000, 3_000)]


@pytest.mark.parametrize(
    "count", [1, 4, pytest.param(2, marks=pytest.mark.soak), pytest.param(8, marks=pytest.mark.soak)]
)
def test_processes_share_the_work_of_one(
    count: int, tool: Schemahub, history: LakeHistory, serve: Serve
) -> None:
    exchange, url = limited(serve, PRODUCTS)
    tool = share_of(count, tool, url)
    tool.must("update-seed")
    exchange.journal.clear()
    results = at_once(count, tool)

    assert [result["complete"] for result in results] == [True] * count
    shares = [sum(product["trades"] for product in result["products"]) for result in results]
    assert sum(shares) == TRADES * len(PRODUCTS)
    assert min(shares) > 0
    if count in {2, 4}:
        assert max(shares) <= 2 * sum(shares) / count, shares
    assert workers_of(results) == dict.fromkeys(PRODUCTS, 1)
    say_what_others_do(results)
    assert pages_asked_for(exchange) == dict.fromkeys(PRODUCTS, PAGES), "no product is fetched by two"
    assert exchange.refused == 0, "shares of the limit add up to less than the limit"
    assert_as_one_leaves_it(history, exchange, PRODUCTS)


def test_a_process_that_dies_leaves_its_products_to_the_others(
    tool: Schemahub, history: LakeHistory, serve: Serve
) -> None:
    some = PRODUCTS[:16]
    exchange, url = limited(serve, some)
    tool = share_of(3, tool, url)
    tool.must("update-seed")
    exchange.journal.clear()
    with ended(tool.start(*INGEST)) as victim:
        wait_for(exchange, 10)
        # Asleep it keeps the first products while the others come by, and go on.
        victim.send_signal(signal.SIGSTOP)
        with ExitStack() as stack:
            others = [stack.enter_context(ended(tool.start(*INGEST))) for _ in range(2)]
            wait_for(exchange, 50)
            victim.kill()
            victim.wait()  # until then its pid exists, and the others take it for alive
            results = [finished(other) for other in others]
    assert [result.code for result in results] == [0, 0]
    assert_as_one_leaves_it(history, exchange, some)


def limited(serve: Serve, products: Sequence[str]) -> tuple[SimulatedCoinbase, str]:
    specs = [ProductSpec(id=product, trades=TRADES) for product in products]
    return serve(*specs, requests_per_second=LIMIT, burst=LIMIT / 3)


def wait_for(exchange: SimulatedCoinbase, requests: int) -> None:
    end = time.monotonic() + SECONDS
    while len(exchange.journal) < requests:
        assert time.monotonic() < end
        time.sleep(0.001)  # looking at other processes: there is nothing to wait on


def share_of(count: int, tool: Schemahub, url: str) -> Schemahub:
    """The command with an n-th of what one address may ask for."""
    return tool.given(
        connectors__coinbase__base_url=url,
        connectors__coinbase__requests_per_second=0.9 * LIMIT / count,
        connectors__coinbase__burst=max(1, int(0.3 * LIMIT / count)),
    )


def at_once(count: int, tool: Schemahub, *options: str) -> list[Any]:
    """Run `count` processes side by side; the results of those that exit 0, which all have to."""
    with ExitStack() as stack:
        processes = [stack.enter_context(ended(tool.start(*INGEST, *options))) for _ in range(count)]
        dones = [finished(process) for process in processes]
    assert [done.code for done in dones] == [0] * count, [done.err for done in dones]
    return [done.document for done in dones]


def workers_of(results: Sequence[Any]) -> dict[str, int]:
    """How many processes stored trades of each product."""
    return Counter(
        product["stream"]["product"] for each in results for product in each["products"] if product["trades"]
    )


def say_what_others_do(results: Sequence[Any]) -> None:
    for result in results:
        states = Counter(product["state"] for product in result["products"])
        others = states["left to another runner"] + states["done by another runner"]
        assert states["done"] + others == len(PRODUCTS), states
        assert not others or f"; {others} of 50 products by other runners" in result["headline"]


def pages_asked_for(exchange: SimulatedCoinbase) -> dict[str, int]:
    """How many pages of each product were asked for by position; heads are cheap, and not counted."""
    asked = [urlsplit(served.target) for served in exchange.journal]
    return Counter(url.path.split("/")[2] for url in asked if "after=" in url.query)


def assert_as_one_leaves_it(
    history: LakeHistory, exchange: SimulatedCoinbase, products: Sequence[str]
) -> None:
    history.assert_raw_is(exchange, products)
    for product in products:
        assert [(name.first, name.last) for name in history.raw(product)] == ON_THE_GRID
        last = history.checkpoints(product)[-1]
        assert (last["covered"], last["plan"]) == ([[1, TRADES]], None)
