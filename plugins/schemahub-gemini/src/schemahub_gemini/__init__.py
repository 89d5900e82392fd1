"""Gemini for schemahub: the public trades of the last seven days, by trade id."""

from __future__ import annotations

import schemahub
from schemahub_gemini.connector import Gemini, GeminiConfig

API_LEVEL = 1

__all__ = ["API_LEVEL", "Gemini", "GeminiConfig", "schemahub_connector", "schemahub_simulator"]


@schemahub.hookimpl
def schemahub_connector() -> type[Gemini]:
    """Hand over the connector."""
    return Gemini


@schemahub.hookimpl
def schemahub_simulator() -> type:
    """Hand over how a simulated Gemini speaks."""
    from schemahub_gemini.simulator import GeminiDialect

    return GeminiDialect
