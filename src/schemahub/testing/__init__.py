"""Simulated exchanges, a fake clock and conformance suites, for plugin authors and for our own tests.

Importing this package loads nothing; each name is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub.testing.answering import answered, asked
    from schemahub.testing.cassette import Cassette
    from schemahub.testing.conformance import (
        CassetteConformance,
        CatalogConformance,
        CheckpointStoreConformance,
        ConnectorConformance,
        LockProviderConformance,
        ObjectStoreConformance,
        RawSinkConformance,
        TableConformance,
        TransformerConformance,
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
    "Cassette": "cassette",
    "CassetteConformance": "conformance",
    "CatalogConformance": "conformance",
    "CheckpointStoreConformance": "conformance",
    "ConnectorConformance": "conformance",
    "Dialect": "simulator",
    "FakeClock": "fake_clock",
    "Fault": "simulator",
    "FaultPlan": "simulator",
    "Knobs": "simulator",
    "LockProviderConformance": "conformance",
    "ObjectStoreConformance": "conformance",
    "ProductSpec": "simulator",
    "RawSinkConformance": "conformance",
    "Replay": "simulator",
    "SimulatedCoinbase": "simulator",
    "SimulatedExchange": "simulator",
    "SimulatorServer": "simulator",
    "TableConformance": "conformance",
    "TextStyle": "simulator",
    "TransformerConformance": "conformance",
    "answered": "answering",
    "asked": "answering",
}

__all__ = [
    "Cassette",
    "CassetteConformance",
    "CatalogConformance",
    "CheckpointStoreConformance",
    "ConnectorConformance",
    "Dialect",
    "FakeClock",
    "Fault",
    "FaultPlan",
    "Knobs",
    "LockProviderConformance",
    "ObjectStoreConformance",
    "ProductSpec",
    "RawSinkConformance",
    "Replay",
    "SimulatedCoinbase",
    "SimulatedExchange",
    "SimulatorServer",
    "TableConformance",
    "TextStyle",
    "TransformerConformance",
    "answered",
    "asked",
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
