"""Which transformer, with which mapping, makes an exchange's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._plugins import load, mapping_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.transformer import Transformer


class Transformers:
    """Opens each exchange's transformer once; a mapping named in the settings replaces the shipped one."""

    def __init__(self, name: str, overrides: Mapping[str, str]) -> None:
        """Keep the transformer's name and the paths of mappings by exchange."""
        self._name = name
        self._overrides = overrides
        self._opened: dict[str, Transformer] = {}

    def __call__(self, exchange: str) -> Transformer:
        """Return the transformer of an exchange; `ConfigError` if its mapping is missing or wrong."""
        if exchange not in self._opened:
            text, source = mapping_text(exchange, self._overrides.get(exchange))
            self._opened[exchange] = load("transformers", self._name).open(exchange, text, source)
        return self._opened[exchange]
