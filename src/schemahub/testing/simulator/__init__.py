"""Exchanges on this machine: a pure engine, what each speaks like, and thin transports around it.

    exchange = SimulatedCoinbase([ProductSpec(id="BTC-USD", trades=5_000)], clock=FakeClock())
    httpx.Client(transport=exchange.transport(), base_url="http://simulated")    # no socket
    with SimulatorServer(exchange) as server: ...                                # http://127.0.0.1:port

Every trait of a real exchange that matters to a client is there: paging, cursors, rate limit, CDN, faults.
What a trade and an answer look like is a `Dialect`: any plugin may bring one, `SimulatedExchange` runs it.
"""

from __future__ import annotations

from schemahub.testing.simulator.asked import Asked
from schemahub.testing.simulator.coinbase.catalogue import DEFAULT_PRODUCTS, Catalogue
from schemahub.testing.simulator.coinbase.exchange import SimulatedCoinbase
from schemahub.testing.simulator.dialect import Dialect, sparse_id
from schemahub.testing.simulator.exchange import Served, SimulatedExchange
from schemahub.testing.simulator.faults import REPLY_FAULTS, ROW_FAULTS, Fault, FaultPlan, parse_fault
from schemahub.testing.simulator.knobs import Knobs
from schemahub.testing.simulator.products import ProductSpec
from schemahub.testing.simulator.replay import Replay
from schemahub.testing.simulator.responses import SimResponse, html, json_body
from schemahub.testing.simulator.server import SimulatorServer
from schemahub.testing.simulator.shown import Shown
from schemahub.testing.simulator.text import TextStyle, Trade
from schemahub.testing.simulator.trade_log import Row, TradeLog

__all__ = [
    "DEFAULT_PRODUCTS",
    "REPLY_FAULTS",
    "ROW_FAULTS",
    "Asked",
    "Catalogue",
    "Dialect",
    "Fault",
    "FaultPlan",
    "Knobs",
    "ProductSpec",
    "Replay",
    "Row",
    "Served",
    "Shown",
    "SimResponse",
    "SimulatedCoinbase",
    "SimulatedExchange",
    "SimulatorServer",
    "TextStyle",
    "Trade",
    "TradeLog",
    "html",
    "json_body",
    "parse_fault",
    "sparse_id",
]
