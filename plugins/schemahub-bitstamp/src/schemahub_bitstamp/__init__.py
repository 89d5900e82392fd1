"""Bitstamp for schemahub: the public trades of the last day, by windows."""

from __future__ import annotations

import schemahub
from schemahub_bitstamp.connector import Bitstamp, BitstampConfig

API_LEVEL = 1

__all__ = ["API_LEVEL", "Bitstamp", "BitstampConfig", "schemahub_connector", "schemahub_simulator"]


@schemahub.hookimpl
def schemahub_connector() -> type[Bitstamp]:
    """Hand over the connector."""
    return Bitstamp


@schemahub.hookimpl
def schemahub_simulator() -> type:
    """Hand over how a simulated Bitstamp speaks."""
    from schemahub_bitstamp.simulator import BitstampDialect

    return BitstampDialect
