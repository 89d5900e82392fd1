"""Kraken for schemahub: every public trade, by tokens, proved by consecutive ids."""

from __future__ import annotations

import schemahub
from schemahub_kraken.connector import Kraken, KrakenConfig

API_LEVEL = 1

__all__ = ["API_LEVEL", "Kraken", "KrakenConfig", "schemahub_connector", "schemahub_simulator"]


@schemahub.hookimpl
def schemahub_connector() -> type[Kraken]:
    """Hand over the connector."""
    return Kraken


@schemahub.hookimpl
def schemahub_simulator() -> type:
    """Hand over how a simulated Kraken speaks."""
    from schemahub_kraken.simulator import KrakenDialect

    return KrakenDialect
