"""Whatever an exchange does wrong: the exact set all the same, and never asked too fast (R1, R5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from truth import BTC, assert_raw_is

import schemahub
from schemahub.testing import FakeClock, FaultPlan, Knobs, ProductSpec, SimulatedCoinbase, TextStyle
from schemahub.testing.simulator import parse_fault

if TYPE_CHECKING:
    from pathlib import Path

    from command_line import Schemahub
    from truth import Serve

    from schemahub.hub import Hub

ONE_IN_FIVE = FaultPlan(rates=parse_fault("all:0.2"), seed=7)

KNOBS = {
    "before means the next ones": Knobs(before_mode="adjacent"),
    "a smaller page": Knobs(max_limit=100),
    "a smaller page, larger ones refused": Knobs(max_limit=1000, over_limit="reject"),
    "another sentence for what is not found": Knobs(not_found_message="Not Found"),
    "any case": Knobs(ignore_case=True),
    "delisted is gone": Knobs(delisted="missing"),
    "cursors on empty pages": Knobs(cursors_on_empty=True),
    "no cache": Knobs(max_age_seconds=0),
    "a long cache": Knobs(max_age_seconds=60),
    "errors in the cache": Knobs(cache_errors=True),
    "cached replies are free": Knobs(hits_are_limited=False),
    "no limit": Knobs(requests_per_second=0),
    "a harder limit than documented": Knobs(requests_per_second=3, burst=3),
    "an undocumented limit": Knobs(slow_limit=20),
    "Retry-After": Knobs(requests_per_second=3, burst=3, retry_after_seconds=2),
    "slow answers": Knobs(latency_ms=500),
    "a clock ahead": Knobs(clock_skew_seconds=90),
    "a clock behind": Knobs(clock_skew_seconds=-90),
    "a moving head": Knobs(trades_per_second=50),
}


def in_process(
    lake: Path, monkeypatch: pytest.MonkeyPatch, exchange: SimulatedCoinbase, clock: FakeClock
) -> Hub:
    """Open a lake whose connector reaches the exchange without a socket, on a clock that never waits."""
    monkeypatch.setattr(httpx, "HTTPTransport", lambda **_: exchange.transport())
    settings = {
        "connectors.coinbase.base_url": "http://simulated",
        "connectors.coinbase.settle_seconds": 0,
        "ingest.batch_size": 5_000,
        # Heartbeats come in real time: on this clock a lease would run out between two of them.
        "locks.provider": "none",
    }
    return schemahub.open(lake, overrides=settings, clock=clock)


@pytest.mark.parametrize("seed", range(4))
def test_one_in_five_requests_fails_while_the_head_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    clock = FakeClock()
    exchange = SimulatedCoinbase(
        [ProductSpec(id=BTC, trades=10_000)],
        knobs=Knobs(trades_per_second=20, max_limit=100, seed=seed),
        faults=FaultPlan(rates=parse_fault("all:0.2"), seed=seed),
        clock=clock,
    )
    hub = in_process(tmp_path, monkeypatch, exchange, clock)
    for _ in range(3):
        assert hub.ingest(products=[BTC], since="2d").complete
        clock.advance(5)  # a new run knows nothing of the tokens that the last one spent
    exchange.inject(FaultPlan())
    monkeypatch.setattr(exchange, "knobs", Knobs())  # the head stands still now
    clock.advance(120)  # and no cache remembers an older one
    assert hub.ingest(products=[BTC]).complete
    assert_raw_is(tmp_path, exchange)
    assert len({served.fault for served in exchange.journal}) > 6
    assert exchange.refused == 0


@pytest.mark.parametrize("knobs", KNOBS.values(), ids=KNOBS)
def test_whatever_reality_leaves_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, knobs: Knobs) -> None:
    clock = FakeClock()
    exchange = SimulatedCoinbase([ProductSpec(id=BTC, trades=12_345)], knobs=knobs, clock=clock)
    hub = in_process(tmp_path, monkeypatch, exchange, clock)
    result = hub.backfill(products=[BTC], start="2020-01-01")
    assert result.complete, str(result)
    monkeypatch.setattr(exchange, "knobs", Knobs())
    clock.advance(120)
    assert hub.ingest(products=[BTC], since="2d").complete
    assert_raw_is(tmp_path, exchange)


@pytest.mark.parametrize(
    "style",
    [
        TextStyle(time="milli_trim"),
        TextStyle(time="micro_pad"),
        TextStyle(decimals="trim"),
        TextStyle(keys="old"),
    ],
    ids=["milliseconds", "padded times", "trimmed decimals", "old order of keys"],
)
def test_however_rows_are_spelt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: TextStyle) -> None:
    clock = FakeClock()
    exchange = SimulatedCoinbase([ProductSpec(id=BTC, trades=5_000)], knobs=Knobs(style=style), clock=clock)
    hub = in_process(tmp_path, monkeypatch, exchange, clock)
    assert hub.backfill(products=[BTC], start="2020-01-01").complete
    assert_raw_is(tmp_path, exchange)


def test_one_in_five_over_a_real_socket(quick: Schemahub, serve: Serve) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=30_000), faults=ONE_IN_FIVE, slow_seconds=0.2)
    quick = quick.given(connectors__coinbase__base_url=url, http__first_backoff=0.01)
    quick.must("ingest", "--product", BTC, "--since", "2d", "--chunk-concurrency", "10")
    assert_raw_is(quick.lake, exchange)
    assert sum(served.fault is not None for served in exchange.journal) > 3


def test_the_documented_rate_is_kept_over_a_real_socket(tool: Schemahub, serve: Serve) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=20_000), requests_per_second=10, burst=15)
    tool = tool.given(connectors__coinbase__base_url=url, connectors__coinbase__settle_seconds=0)
    tool.must("ingest", "--product", BTC, "--since", "2d", "--chunk-concurrency", "20")
    assert_raw_is(tool.lake, exchange)
    assert exchange.refused == 0
