"""The backtest: what it earns, by hand, and that nothing of the future reaches it."""

from __future__ import annotations

import dataclasses
import importlib.util
import random
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples.conftest import EXAMPLES

import schemahub

if TYPE_CHECKING:
    from pathlib import Path

    from tests.examples.conftest import Run

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def loaded(name: str) -> Any:  # noqa: ANN401 - a script
    spec = importlib.util.spec_from_file_location(f"examples_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Where dataclasses look for the names in their annotations.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


script = loaded("backtest")


def bars(prices: list[tuple[float, float]]) -> list[Any]:
    """Return hourly bars of these opens and closes."""
    return [
        script.Bar(begin=BEGIN + timedelta(hours=at), open=first, close=last)
        for at, (first, last) in enumerate(prices)
    ]


PRICES = st.lists(st.tuples(st.floats(1, 1_000), st.floats(1, 1_000)), min_size=2, max_size=60)


@given(prices=PRICES, seed=st.integers(0, 2**32), at=st.integers(0, 59))
def test_another_future_changes_nothing_before_it(
    prices: list[tuple[float, float]], seed: int, at: int
) -> None:
    """Whatever comes behind a bar, the steps up to it are the same, to the last bit."""
    at = min(at, len(prices) - 1)
    chance = random.Random(seed)  # noqa: S311 - no secret
    other = [*prices[:at], *((chance.uniform(1, 1_000), chance.uniform(1, 1_000)) for _ in prices[at:])]
    rule = (2, 4)
    before = list(script.backtest(bars(prices), script.Crossover(*rule)))
    after = list(script.backtest(bars(other), script.Crossover(*rule)))
    assert before[:at] == after[:at]
    # What is held in the first bar that differs was decided before it began.
    assert before[at].held == after[at].held


def test_a_close_decides_the_next_bar_and_not_its_own() -> None:
    flat, jump = (10.0, 10.0), (10.0, 100.0)
    steps = list(script.backtest(bars([flat, flat, jump, (50.0, 50.0)]), script.Crossover(1, 3), fee=0.0))
    assert [step.held for step in steps] == [False, False, False, True]
    # Bought at 50, not at 10: the jump that told to buy had gone by.
    assert steps[-1].equity == 1.0


def test_what_it_earns_by_hand() -> None:
    always = list(script.backtest(bars([(10.0, 10.0), (10.0, 20.0), (20.0, 30.0)]), lambda _: True, fee=0.1))
    assert [step.equity for step in always] == pytest.approx([1.0, 0.9 * 2, 0.9 * 3])
    decisions = iter([True, False, False])
    once = list(
        script.backtest(bars([(1.0, 1.0), (10.0, 20.0), (40.0, 1.0)]), lambda _: next(decisions), 0.1)
    )
    assert once[-1].equity == pytest.approx(0.9 * 4 * 0.9)


def test_bars_are_taken_one_at_a_time() -> None:
    taken: list[Any] = []
    source = bars([(1.0, 1.0)] * 3)

    def feed() -> Any:  # noqa: ANN401 - a generator of the script's bars
        for bar in source:
            taken.append(bar)
            yield bar

    steps = script.backtest(feed(), lambda _: True)
    next(steps)
    assert taken == source[:1]


def test_the_future_of_the_table_does_not_matter_either(lake: Path) -> None:
    """The same with bars made by the table: those of two days are the first of those of three."""
    hub = schemahub.open(lake)
    whole = script.bars_of(hub, "BTC-USD")
    until = [bar for bar in whole if bar.begin < BEGIN + timedelta(days=2)]
    shorter = hub.ohlcv("BTC-USD", "1h", end="2026-01-03").to_arrow()
    assert shorter["close"].to_pylist() == [bar.close for bar in until]
    ends = [dataclasses.replace(bar, close=bar.close * 2) for bar in whole[len(until) :]]
    first = list(script.backtest(whole, script.Crossover()))
    second = list(script.backtest([*until, *ends], script.Crossover()))
    assert first[: len(until)] == second[: len(until)]
    assert first[-1] != second[-1]


def test_it_runs(lake: Path, run: Run) -> None:
    printed = run("backtest.py", str(lake), "BTC-USD")
    assert "of 3 days complete (proved)" in printed
    assert re.search(r"^72 bars, [1-9]\d* trades$", printed, re.MULTILINE)
    assert re.search(r"^the rule: +0\.\d{4}$|^the rule: +1\.\d{4}$", printed, re.MULTILINE)
