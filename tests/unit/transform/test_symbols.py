"""Batches come to a transformer with their product's symbol, where it asks for that."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from schemahub._lake.symbols import Symbols, learn_symbols
from schemahub._transform import mappings
from schemahub._transform.inputs import pin_digest
from schemahub._transform.mappings import Named, Transformers
from schemahub.builtin.memory_store import MemoryStore
from schemahub.layout import StreamId
from schemahub.model import Product
from schemahub.table import Snapshot
from schemahub.transformer import RawLines, Transformed, Transformer

if TYPE_CHECKING:
    import pytest

XBT = StreamId("kraken", "XXBTZUSD")


class Noting(Transformer):
    """Keeps the symbols that batches came with."""

    uses = True

    def __init__(self) -> None:
        self.seen: list[str | None] = []

    @classmethod
    def open(cls, exchange: str, mapping: str, source: str) -> Noting:
        del exchange, mapping, source
        return cls()

    @property
    def digest(self) -> str:
        return "one"

    @property
    def uses_symbols(self) -> bool:
        return self.uses

    def transform(self, batch: RawLines) -> Transformed:
        self.seen.append(batch.symbol)
        return Transformed(rows=None, lines=())  # type: ignore[arg-type]  # nobody looks at the rows


class Plain(Noting):
    """Has no use for symbols."""

    uses = False


def opened(monkeypatch: pytest.MonkeyPatch, kind: type[Noting]) -> tuple[Transformers, MemoryStore]:
    monkeypatch.setattr(mappings, "load", lambda _kind, _name: kind)
    monkeypatch.setattr(mappings, "mapping_text", lambda _exchange, _path: ("", ""))
    store = MemoryStore()
    learn_symbols(store, "kraken", [Product(id=XBT.product, base="BTC", quote="USD")])
    return Transformers("mapping", {}, Symbols(store)), store


def batch_of(stream: StreamId) -> RawLines:
    return RawLines(stream=stream, source="x", ingest_us=1, data=b"")


def test_a_batch_gets_its_symbol(monkeypatch: pytest.MonkeyPatch) -> None:
    transformers, _ = opened(monkeypatch, Noting)
    transformer = transformers("kraken")
    assert isinstance(transformer, Named)
    transformer.transform(batch_of(XBT))
    transformer.transform(batch_of(StreamId("kraken", "NEW")))
    assert transformer._inner.seen == ["BTC-USD", None]  # type: ignore[attr-defined]  # it is Noting
    assert transformer.digest == "one"
    assert transformers.symbol_of(XBT) == "BTC-USD"


def test_who_has_no_use_for_symbols_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    transformers, store = opened(monkeypatch, Plain)
    store.delete("seeds/kraken.symbols.json")
    store.put_new("seeds/kraken.symbols.json", b"not even read")
    assert isinstance(transformers("kraken"), Plain)
    assert transformers.symbol_of(XBT) is None


def test_a_commit_is_pinned_with_its_symbols(lake: Any) -> None:  # noqa: ANN401 - the conftest's Lake
    job = lake.job()
    keys = [f"{XBT.raw_prefix}x"]
    base = Snapshot(version=1)
    without = pin_digest(job, base, keys)
    known = dataclasses.replace(job, symbol_of=lambda _stream: "BTC-USD")
    assert pin_digest(known, base, keys) != without
    assert pin_digest(known, base, keys) == pin_digest(known, base, keys)
