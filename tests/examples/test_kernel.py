"""In a real kernel: the bar is right, and interrupting a cell leaves the lake sound."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.examples.conftest import END_NS, QUICK
from tests.examples.kernel import STRICT, kernel

import schemahub
from schemahub.testing import ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.examples.kernel import Cell, Kernel

pytest.importorskip("ipykernel", reason="ipykernel is not installed: see `nox -s examples`")
pytest.importorskip("jupyter_client", reason="jupyter_client is not installed: see `nox -s examples`")

TRADES = 20_000
WHOLE = 'products=["BTC-USD"], start="2026-01-01", end="2026-01-05"'
NAME = "coinbase/BTC-USD"


@pytest.fixture
def exchange() -> Iterator[tuple[SimulatedCoinbase, str]]:
    spec = ProductSpec(id="BTC-USD", trades=TRADES, history_seconds=3 * 86_400, end_ns=END_NS)
    exchange = SimulatedCoinbase([spec], knobs=QUICK)
    with SimulatorServer(exchange) as server:
        yield exchange, server.url


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Kernel]:
    with kernel(tmp_path) as session:
        assert session.run(STRICT).error is None
        yield session


def opening(url: str, rate: float, batch_size: int = 1_000) -> str:
    settings = {
        "connectors.coinbase.base_url": url,
        "connectors.coinbase.requests_per_second": rate,
        "connectors.coinbase.burst": 1,
        "connectors.coinbase.settle_seconds": 0,
        "ingest.batch_size": batch_size,
        "ingest.plan_batches": 4,  # several plans, of which the bar knows from the beginning
        "transform.rows_per_commit": 1_000,
    }
    return f'import schemahub\nhub = schemahub.open("lake", overrides={settings!r})\n'


def bar(cell: Cell, name: str = NAME) -> list[tuple[int, int]]:
    """Return what the one bar said, each time that it was drawn."""
    (drawn,) = cell.shown.values()
    found = [re.search(rf"{name}: ([\d,]+) of ([\d,]+)", text) for text in drawn]
    return [tuple(int(number.replace(",", "")) for number in each.groups()) for each in found if each]  # type: ignore[misc]  # two groups


def test_bars_have_the_exact_total_never_go_back_and_end_full(
    session: Kernel, exchange: tuple[SimulatedCoinbase, str]
) -> None:
    cell = session.run(f"{opening(exchange[1], 30)}hub.backfill({WHOLE})")
    assert cell.error is None, cell.traceback
    drawn = bar(cell)
    assert len(drawn) > 2, "it is live: drawn while the cell runs"
    assert {total for _, total in drawn} == {TRADES}
    assert [done for done, _ in drawn] == sorted(done for done, _ in drawn)
    assert drawn[-1] == (TRADES, TRADES)
    assert cell.shown[next(iter(cell.shown))][-1].endswith("(100 %)")
    assert cell.streams == ""
    for command, total in (("transform", TRADES), ("compact", 3), ("verify", 3)):
        cell = session.run(f"hub.{command}()")
        assert cell.error is None, cell.traceback
        assert bar(cell, command)[-1] == (total, total)
    quiet = session.run('schemahub.open("lake", progress=False).verify()')
    assert (quiet.shown, quiet.error) == ({}, None)


def test_results_show_as_tables(session: Kernel, lake: Path) -> None:
    opened = f'import schemahub\nhub = schemahub.open("{lake}")\n'
    days = session.run(f'{opened}hub.condition("BTC-USD")')
    assert days.html.count("<td>2026-01-0") >= 3
    assert days.result.startswith("coinbase/BTC-USD: 2 of 3 days complete")
    for shown in (
        "hub",
        "hub.verify()",
        "hub.trades(symbol='BTC-USD')",
        "hub.ohlcv('BTC-USD')",
        "hub.status()",
    ):
        cell = session.run(shown)
        assert cell.error is None, cell.traceback
        assert "<table>" in cell.html, shown
    assert "<pre>" in session.run('hub.ddl("duckdb")').html


def test_an_interrupted_backfill_returns_and_the_next_run_goes_on(
    session: Kernel, exchange: tuple[SimulatedCoinbase, str], tmp_path: Path
) -> None:
    simulated, url = exchange

    def stored_something(cell: Cell) -> bool:
        return any(done >= 4_000 for done, _ in bar(cell)) if cell.shown else False

    cell = session.run(f"{opening(url, 15)}hub.backfill({WHOLE})", until=stored_something)
    assert cell.error is None, cell.traceback
    assert "stopped" in cell.result
    assert cell.streams == "", "nothing of threads"
    done, total = bar(cell)[-1]
    assert done < total == TRADES
    found = schemahub.open(tmp_path / "lake")
    proof = found.verify()
    assert [check.name for check in proof.products[0].checks if check.state.value == "failed"] == [
        "requested"
    ]  # type: ignore[attr-defined]  # a VerifyResult
    stored = proof.products[0].trades  # type: ignore[attr-defined]  # as above
    assert 0 < stored < TRADES

    asked = sum(simulated.requests.values())
    cell = session.run(f"{opening(url, 10_000)}hub.backfill({WHOLE})")
    assert cell.error is None, cell.traceback
    assert bar(cell)[-1] == (TRADES - stored, TRADES - stored)
    # A page each thousand, and a few to find out where the range begins and ends.
    assert sum(simulated.requests.values()) - asked < (TRADES - stored) / 1_000 + 40
    assert session.run("hub.transform()").error is None
    assert "none missing, none twice" in session.run("hub.verify(deep=True)").result


def test_an_interrupted_transform_says_one_line_and_the_next_run_goes_on(
    session: Kernel, exchange: tuple[SimulatedCoinbase, str]
) -> None:
    assert session.run(f"{opening(exchange[1], 10_000)}hub.backfill({WHOLE})").error is None
    cell = session.run("hub.transform()", until=lambda cell: bool(cell.shown))
    assert cell.error == ("Cancelled", "interrupted")
    assert cell.traceback.splitlines() == ["interrupted: nothing is broken; run it again to go on"]
    assert cell.streams == ""
    assert session.run("hub.transform()").error is None
    assert "none missing, none twice" in session.run("hub.verify(deep=True)").result
