"""Two processes on one lake give what one gives, with locks or without (R4)."""

from __future__ import annotations

import json
import signal
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from command_line import ended, finished
from truth import BTC, assert_raw_is, ids_of, table_ids

from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from command_line import Schemahub
    from truth import Serve

INGEST = ("ingest", "--product", BTC, "--since", "2d", "--json")


@pytest.mark.parametrize("locks", ["none", "objects"])
def test_two_at_once_store_each_trade_once(quick: Schemahub, serve: Serve, locks: str) -> None:
    # So slow that both are at work at once, however far apart they started.
    exchange, url = serve(ProductSpec(id=BTC, trades=60_000), latency_ms=100)
    quick = quick.given(connectors__coinbase__base_url=url, locks__provider=locks)
    _all_at_once(quick, *[INGEST] * 2)
    assert_raw_is(quick.lake, exchange)
    _all_at_once(quick.given(transform__rows_per_commit=5_000), *[("transform",)] * 2)
    assert table_ids(quick.lake) == ids_of(exchange)
    quick.must("verify", "--deep")


def test_a_held_product_is_left_to_its_holder(quick: Schemahub, serve: Serve) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=20_000), latency_ms=20)
    quick = quick.given(connectors__coinbase__base_url=url)
    with ended(quick.start(*INGEST)) as holder:
        while not exchange.requests:
            assert holder.poll() is None
            time.sleep(0.001)  # looking at another process: there is nothing to wait on
        # It has the lease now; asleep it keeps it for as long as this test needs.
        holder.send_signal(signal.SIGSTOP)
        (left,) = quick.must(*INGEST).document["products"]
        assert (left["state"], left["trades"]) == ("left to another runner", 0)
        holder.send_signal(signal.SIGCONT)
        assert finished(holder).code == 0
    assert_raw_is(quick.lake, exchange)


def test_a_backfill_of_another_range_than_the_holders_says_that_it_is_not_there(
    quick: Schemahub, serve: Serve
) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=20_000), latency_ms=20)
    quick = quick.given(connectors__coinbase__base_url=url)
    times = [json.loads(line)["time"] for line in exchange.lines(BTC)]
    begin, middle = ("backfill", "--product", BTC, "--json", "--start"), times[10_000]
    with ended(quick.start(*begin, times[0], "--end", middle)) as holder:
        while not exchange.requests:
            assert holder.poll() is None
            time.sleep(0.001)  # looking at another process: there is nothing to wait on
        holder.send_signal(signal.SIGSTOP)
        done = quick.run(*begin, middle)
        (left,) = done.document["products"]
        assert (done.code, left["state"], left["trades"]) == (1, "held by another runner", 0)
        assert done.document["next"] == ["the same command again, once the other runner is done"]
        holder.send_signal(signal.SIGCONT)
        assert finished(holder).code == 0
    quick.must(*begin, middle)
    assert_raw_is(quick.lake, exchange)


def _all_at_once(tool: Schemahub, *commands: tuple[str, ...]) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(ended(tool.start(*each))) for each in commands]
        for process in processes:
            done = finished(process)
            assert done.code == 0, f"{done.out}\n{done.err}"
