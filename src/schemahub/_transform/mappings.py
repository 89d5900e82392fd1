"""Which transformer, with which mapping, makes an exchange's rows."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from schemahub._plugins import load, mapping_text
from schemahub.transformer import Transformer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemahub._lake.symbols import Symbols
    from schemahub.layout import StreamId
    from schemahub.transformer import RawLines, Transformed


class Transformers:
    """Opens each exchange's transformer once; a mapping named in the settings replaces the shipped one."""

    def __init__(self, name: str, overrides: Mapping[str, str], symbols: Symbols) -> None:
        """Keep the transformer's name, the paths of mappings by exchange, and what products stand for."""
        self._name = name
        self._overrides = overrides
        self._symbols = symbols
        self._opened: dict[str, Transformer] = {}

    def __call__(self, exchange: str) -> Transformer:
        """Return the transformer of an exchange; `ConfigError` if its mapping is missing or wrong."""
        if exchange not in self._opened:
            text, source = mapping_text(exchange, self._overrides.get(exchange))
            opened = load("transformers", self._name).open(exchange, text, source)
            self._opened[exchange] = Named(opened, self._symbols) if opened.uses_symbols else opened
        return self._opened[exchange]

    def symbol_of(self, stream: StreamId) -> str | None:
        """Return the symbol that a stream's batches are transformed with; None if it plays no part."""
        return self._symbols.of(stream) if self(stream.exchange).uses_symbols else None


class Named(Transformer):
    """Passes each batch on with its product's symbol."""

    def __init__(self, inner: Transformer, symbols: Symbols) -> None:
        """Stand before a transformer."""
        self._inner = inner
        self._symbols = symbols

    @classmethod
    def open(cls, exchange: str, mapping: str, source: str) -> Transformer:
        """Stand before others alone."""
        raise NotImplementedError

    @property
    def digest(self) -> str:
        """Return the inner one's: a symbol is part of the batch."""
        return self._inner.digest

    @property
    def uses_symbols(self) -> bool:
        """Say so for the inner one."""
        return True

    def transform(self, batch: RawLines) -> Transformed:
        """Look the symbol up, and transform."""
        named = dataclasses.replace(batch, symbol=self._symbols.of(batch.stream))
        return self._inner.transform(named)

    def suggestion(self, drift: Sequence[str]) -> str:
        """Return the inner one's."""
        return self._inner.suggestion(drift)
