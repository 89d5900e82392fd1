"""A Coinbase Exchange on this machine: a pure engine, and thin transports around it.

    exchange = SimulatedCoinbase([ProductSpec(id="BTC-USD", trades=5_000)], clock=FakeClock())
    httpx.Client(transport=exchange.transport(), base_url="http://simulated")    # no socket
    with SimulatorServer(exchange) as server: ...                                # http://127.0.0.1:port

Every trait of the real exchange that matters to a client is there: paging, cursors, rate limit, CDN, faults.
"""

from __future__ import annotations

from schemahub.testing.simulator.exchange import Served, SimulatedCoinbase
from schemahub.testing.simulator.faults import REPLY_FAULTS, ROW_FAULTS, Fault, FaultPlan, parse_fault
from schemahub.testing.simulator.knobs import Knobs
from schemahub.testing.simulator.products import DEFAULT_PRODUCTS, Catalogue, ProductSpec
from schemahub.testing.simulator.replay import Replay
from schemahub.testing.simulator.responses import SimResponse
from schemahub.testing.simulator.server import SimulatorServer
from schemahub.testing.simulator.text import TextStyle, Trade
from schemahub.testing.simulator.trade_log import TradeLog

__all__ = [
    "DEFAULT_PRODUCTS",
    "REPLY_FAULTS",
    "ROW_FAULTS",
    "Catalogue",
    "Fault",
    "FaultPlan",
    "Knobs",
    "ProductSpec",
    "Replay",
    "Served",
    "SimResponse",
    "SimulatedCoinbase",
    "SimulatorServer",
    "TextStyle",
    "Trade",
    "TradeLog",
    "parse_fault",
]
