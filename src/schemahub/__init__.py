"""Complete, provable market-data history.

    import schemahub
    hub = schemahub.open("lake")
    hub.backfill(exchange="coinbase", products=["BTC-USD"], start="2026-01-01", end="2026-01-02")
    hub.transform()
    print(hub.verify())

Importing this package loads next to nothing; each public name is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub._clock import Stop
    from schemahub.bodies import lines
    from schemahub.connector import Connector
    from schemahub.connector_config import ConnectorConfig
    from schemahub.errors import SchemahubError
    from schemahub.hookspecs import API_LEVEL, hookimpl
    from schemahub.hub import Hub, open  # noqa: A004 - `schemahub.open` is the name users read
    from schemahub.model import (
        ArchiveFile,
        Head,
        Ids,
        Outcome,
        Page,
        Paging,
        Product,
        RateLimit,
        Request,
        Response,
        Site,
        Steps,
        Verdict,
    )
    from schemahub.spans import Span, SpanSet
    from schemahub.token_connector import TokenConnector
    from schemahub.window_connector import WindowConnector

__version__ = "0.1.0"

_HOME = {
    "API_LEVEL": "hookspecs",
    "ArchiveFile": "model",
    "Connector": "connector",
    "ConnectorConfig": "connector_config",
    "Head": "model",
    "Hub": "hub",
    "Ids": "model",
    "Outcome": "model",
    "Page": "model",
    "Paging": "model",
    "Product": "model",
    "RateLimit": "model",
    "Request": "model",
    "Response": "model",
    "SchemahubError": "errors",
    "Site": "model",
    "Span": "spans",
    "SpanSet": "spans",
    "Steps": "model",
    "Stop": "_clock",
    "TokenConnector": "token_connector",
    "Verdict": "model",
    "WindowConnector": "window_connector",
    "hookimpl": "hookspecs",
    "lines": "bodies",
    "open": "hub",
}

__all__ = [
    "API_LEVEL",
    "ArchiveFile",
    "Connector",
    "ConnectorConfig",
    "Head",
    "Hub",
    "Ids",
    "Outcome",
    "Page",
    "Paging",
    "Product",
    "RateLimit",
    "Request",
    "Response",
    "SchemahubError",
    "Site",
    "Span",
    "SpanSet",
    "Steps",
    "Stop",
    "TokenConnector",
    "Verdict",
    "WindowConnector",
    "__version__",
    "hookimpl",
    "lines",
    "open",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(importlib.import_module(f"schemahub.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
