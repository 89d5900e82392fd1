"""Plugins that break each rule of the conformance kit once; see `Hostile`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemahub
from schemahub_hostile.sound import HostileConfig, Sound

if TYPE_CHECKING:
    from schemahub import Connector

API_LEVEL = 1

__all__ = ["API_LEVEL", "Hostile", "HostileConfig", "Sound", "schemahub_connector"]


def Hostile(rule: str) -> Connector:  # noqa: N802 - it stands for a class
    """Return the connector that breaks this rule, and otherwise does as the sound one of its kind."""
    from schemahub_hostile.faults import FAULTS

    return FAULTS[rule].kind(HostileConfig())


@schemahub.hookimpl
def schemahub_connector() -> type[Sound]:
    """Hand over the sound connector."""
    return Sound
