"""Read a mapping file; every mistake is told with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub_mapping.reading_column import ColumnReading
from schemahub_mapping.spec import MAPPING_SCHEMA, TYPES, Column, Mapping, Source

if TYPE_CHECKING:
    import yaml

FILE_KEYS = ("exchange", "stream", "version", "ignore", "columns")
_MAPPED = ("trade_id", "side", "price", "quantity", "trade_ts")


def read_mapping(exchange: str | None, text: str, source: str) -> Mapping:
    """Return the mapping in `text`, of `exchange` (None: of any); `source` names the file in messages.

    `ConfigError` names file, line and column, and what was probably meant.
    """
    return _Reading(source).mapping(exchange, text)


class _Reading(ColumnReading):
    def mapping(self, exchange: str | None, text: str) -> Mapping:
        root = self.root(text)
        entries = self.entries(root, FILE_KEYS)
        for key in ("version", "exchange", "columns"):
            if key not in entries:
                self.refuse(root, f"{key!r} is missing")
        self._check_version(entries["version"])
        name = self.text(entries["exchange"])
        if exchange is not None:
            self.one_of(entries["exchange"], [exchange], "a mapping of another exchange")
        ignore = self.items(entries["ignore"]) if "ignore" in entries else []
        return Mapping(
            exchange=name,
            stream=self.text(entries["stream"]) if "stream" in entries else "trades",
            columns=self._columns(entries["columns"], name),
            ignore=tuple(map(self.field, ignore)),
        )

    def _check_version(self, node: yaml.Node) -> None:
        version = self.integer(node)
        if version is None or version < 1:
            self.refuse(node, "not a version", expected=str(MAPPING_SCHEMA), found=repr(self.text(node)))
        if version > MAPPING_SCHEMA:
            self.refuse(
                node,
                "written for a newer schemahub-mapping",
                expected=f"version {MAPPING_SCHEMA} or older",
                found=str(version),
                hint="Upgrade schemahub-mapping.",
            )

    def _columns(self, node: yaml.Node, exchange: str) -> tuple[Column, ...]:
        with self.inside("columns"):
            entries = self.entries(node, TYPES)
            for name in _MAPPED:
                if name not in entries:
                    self.refuse(node, f"column {name!r} is missing")
        found = {name: self.column(name, entry) for name, entry in entries.items()}
        if len({type(column.field) for column in found.values() if column.source is Source.FIELD}) > 1:
            self.refuse(node, "rows are objects or arrays, not both", expected="only names or only indexes")
        found.setdefault("exchange", Column(name="exchange", source=Source.CONSTANT, field=exchange.upper()))
        found.setdefault("symbol", Column(name="symbol", source=Source.PRODUCT))
        return tuple(found[name] for name in TYPES)
