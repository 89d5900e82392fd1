"""Two exchanges side by side: one command, one table, prices compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.examples.conftest import END_NS, QUICK

import schemahub
from schemahub.testing import ProductSpec, SimulatedCoinbase, SimulatedExchange, SimulatorServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.examples.conftest import Run


def test_prices_of_both_are_in_one_table(tmp_path: Path, run: Run) -> None:
    kraken = pytest.importorskip("schemahub_kraken.simulator", reason="schemahub-kraken is not installed")
    day = {"trades": 3_000, "history_seconds": 86_400.0, "end_ns": END_NS}
    ours = SimulatedCoinbase([ProductSpec(id="BTC-USD", price="68000", **day)], knobs=QUICK)
    bitcoin = ProductSpec(id="XXBTZUSD", base="XBT", quote="USD", price="68100", **day)
    theirs = SimulatedExchange(kraken.KrakenDialect, [bitcoin], knobs=QUICK)
    with SimulatorServer(ours) as coinbase, SimulatorServer(theirs) as other:
        environment = {
            f"SCHEMAHUB_CONNECTORS__{name}__{key}": value
            for name, url in (("COINBASE", coinbase.url), ("KRAKEN", other.url))
            for key, value in (("BASE_URL", url), ("REQUESTS_PER_SECOND", "1000"), ("SETTLE_SECONDS", "0"))
        }
        printed = run("two_exchanges.py", "lake", "2026-01-03", "2026-01-04", **environment)
    assert "none missing, none twice" in printed
    minutes = re.search(r"^(\d+) minutes in which both traded", printed, re.MULTILINE)
    assert minutes is not None
    assert int(minutes[1]) > 500
    counted = schemahub.open(tmp_path / "lake").sql(
        "SELECT exchange, symbol, count(*) FROM trades GROUP BY ALL ORDER BY ALL"
    )
    assert counted.rows == (("COINBASE", "BTC-USD", 3_000), ("KRAKEN", "BTC-USD", 3_000))
