"""Coinbase Exchange for schemahub: every public trade, by trade id."""

from __future__ import annotations

import schemahub
from schemahub_coinbase.connector import Coinbase, CoinbaseConfig

API_LEVEL = 1

__all__ = ["API_LEVEL", "Coinbase", "CoinbaseConfig", "schemahub_connector"]


@schemahub.hookimpl
def schemahub_connector() -> type[Coinbase]:
    """Hand over the connector."""
    return Coinbase
