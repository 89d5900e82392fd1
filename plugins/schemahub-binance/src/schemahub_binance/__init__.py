"""Binance spot for schemahub: every public trade, by trade id, and by bulk file where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemahub
from schemahub_binance.config import BinanceConfig
from schemahub_binance.connector import Binance

if TYPE_CHECKING:
    from schemahub.testing.simulator import Dialect

API_LEVEL = 1

__all__ = ["API_LEVEL", "Binance", "BinanceConfig", "schemahub_connector", "schemahub_simulator"]


@schemahub.hookimpl
def schemahub_connector() -> type[Binance]:
    """Hand over the connector."""
    return Binance


@schemahub.hookimpl
def schemahub_simulator() -> type[Dialect]:
    """Hand over how the exchange speaks."""
    from schemahub_binance.simulated.dialect import BinanceDialect

    return BinanceDialect
