"""How the public names are typed: checked by mypy, never run."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

import schemahub
from schemahub._plugins import load
from schemahub.connector import Connector
from schemahub.object_store import ObjectStore

if TYPE_CHECKING:
    from schemahub.results import Result


class Listening:
    """An observer needs no base class."""

    def schemahub_event(self, event: object) -> None:
        """Take note."""


hub = schemahub.open("lake", observers=[Listening()])
assert_type(hub, schemahub.Hub)


def commands_return_results(hub: schemahub.Hub) -> tuple[Result, ...]:
    """Every command returns a result."""
    return (
        hub.update_seed("coinbase"),
        hub.ingest(exchange="coinbase", since="6h", workers=3),
        hub.backfill(exchange="coinbase", products=["BTC-USD"], start="2026-01-01", end="2026-01-02"),
        hub.transform(full=True),
        hub.verify(deep=True),
        hub.gaps(recheck=True),
        hub.status(),
        hub.sql("SELECT 1"),
        hub.ddl("athena", location="cloud://bucket/lake"),
    )


assert_type(load("connectors", "coinbase"), type[Connector])
assert_type(load("object_stores", "file"), type[ObjectStore])


class Author(schemahub.Connector):
    """What a plugin's author writes, in the types that they see."""

    name = "author"
    page_limit = 100
    Config = schemahub.ConnectorConfig

    def products(self) -> schemahub.Steps[tuple[schemahub.Product, ...]]:
        """Ask once."""
        response = yield schemahub.Request(path="/products")
        assert_type(response, schemahub.Response)
        return ()

    def head(self, product: str) -> schemahub.Steps[schemahub.Head]:
        """Ask once."""
        yield schemahub.Request(path=f"/{product}")
        return schemahub.Head(positions=[], times_ns=[])

    def page(self, product: str, span: schemahub.Span) -> schemahub.Steps[schemahub.Page]:
        """Ask once."""
        response = yield schemahub.Request(path=f"/{product}", params={"first": str(span.first)})
        return schemahub.Page(positions=[], lines=schemahub.lines(response.body))
