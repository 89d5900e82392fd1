"""Simulated exchanges, a fake clock and conformance suites, for plugin authors and for our own tests.

Importing this package loads nothing; each name is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub.testing.conformance import (
        CatalogConformance,
        CheckpointStoreConformance,
        LockProviderConformance,
        ObjectStoreConformance,
        TableConformance,
    )
    from schemahub.testing.fake_clock import FakeClock
    from schemahub.testing.simulator import (
        Dialect,
        Fault,
        FaultPlan,
        Knobs,
        ProductSpec,
        Replay,
        SimulatedCoinbase,
        SimulatedExchange,
        SimulatorServer,
        TextStyle,
    )

_HOME = {
    "CatalogConformance": "conformance",
    "CheckpointStoreConformance": "conformance",
    "Dialect": "simulator",
    "FakeClock": "fake_clock",
    "Fault": "simulator",
    "FaultPlan": "simulator",
    "Knobs": "simulator",
    "LockProviderConformance": "conformance",
    "ObjectStoreConformance": "conformance",
    "ProductSpec": "simulator",
    "Replay": "simulator",
    "SimulatedCoinbase": "simulator",
    "SimulatedExchange": "simulator",
    "SimulatorServer": "simulator",
    "TableConformance": "conformance",
    "TextStyle": "simulator",
}

__all__ = [
    "CatalogConformance",
    "CheckpointStoreConformance",
    "Dialect",
    "FakeClock",
    "Fault",
    "FaultPlan",
    "Knobs",
    "LockProviderConformance",
    "ObjectStoreConformance",
    "ProductSpec",
    "Replay",
    "SimulatedCoinbase",
    "SimulatedExchange",
    "SimulatorServer",
    "TableConformance",
    "TextStyle",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(importlib.import_module(f"schemahub.testing.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
