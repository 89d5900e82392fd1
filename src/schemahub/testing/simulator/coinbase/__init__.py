"""Coinbase as a simulated exchange, registered like any plugin's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemahub

if TYPE_CHECKING:
    from schemahub.testing.simulator.dialect import Dialect

API_LEVEL = 1


@schemahub.hookimpl
def schemahub_simulator() -> type[Dialect]:
    """Hand over the dialect."""
    from schemahub.testing.simulator.coinbase.dialect import CoinbaseDialect

    return CoinbaseDialect
