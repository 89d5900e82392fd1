"""Binance spot for schemahub: every public trade, by trade id, and by bulk file where there is one."""

from __future__ import annotations

import schemahub
from schemahub_binance.config import BinanceConfig
from schemahub_binance.connector import Binance

API_LEVEL = 1

__all__ = ["API_LEVEL", "Binance", "BinanceConfig", "schemahub_connector", "schemahub_simulator"]


@schemahub.hookimpl
def schemahub_connector() -> type[Binance]:
    """Hand over the connector."""
    return Binance


@schemahub.hookimpl
def schemahub_simulator() -> type:
    """Hand over how a simulated Binance speaks."""
    from schemahub_binance.simulator.dialect import BinanceDialect

    return BinanceDialect
