"""Okx for schemahub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemahub

from schemahub_okx.connector import Okx, OkxConfig

if TYPE_CHECKING:
    from schemahub_okx.simulator import OkxDialect

API_LEVEL = 1

__all__ = [
    "API_LEVEL",
    "Okx",
    "OkxConfig",
    "schemahub_connector",
    "schemahub_simulator",
]


@schemahub.hookimpl
def schemahub_connector() -> type[Okx]:
    """Hand over the connector."""
    return Okx


@schemahub.hookimpl
def schemahub_simulator() -> type[OkxDialect]:
    """Hand over how the simulated exchange speaks."""
    from schemahub_okx.simulator import OkxDialect

    return OkxDialect
