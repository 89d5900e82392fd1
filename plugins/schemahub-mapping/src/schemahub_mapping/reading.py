"""Read a mapping file; every mistake is told with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from schemahub_mapping.casts import cast
from schemahub_mapping.nodes import Nodes
from schemahub_mapping.spec import FORMATS, MAPPING_SCHEMA, TYPES, Column, Mapping, Source

if TYPE_CHECKING:
    import yaml

    from schemahub_mapping.spec import Field

_FILE_KEYS = ("exchange", "stream", "version", "ignore", "columns")
_COLUMN_KEYS = ("from", "value", "product", "type", "format", "map", "default", "on_null")
_MAPPED = ("trade_id", "side", "price", "quantity", "trade_ts")
_SIDES = ("BUY", "SELL")


def read_mapping(exchange: str, text: str, source: str) -> Mapping:
    """Return the mapping of `exchange` in `text`; `source` names the file in messages."""
    return _Reading(source).mapping(exchange, text)


class _Reading(Nodes):
    def mapping(self, exchange: str, text: str) -> Mapping:
        root = self.root(text)
        entries = self.entries(root, _FILE_KEYS)
        for key in ("version", "exchange", "columns"):
            if key not in entries:
                self.refuse(root, f"{key!r} is missing")
        self._check_version(entries["version"])
        self.one_of(entries["exchange"], [exchange], "a mapping of another exchange")
        columns = self._columns(entries["columns"], exchange)
        ignore = (
            tuple(self._field(item) for item in self.items(entries["ignore"])) if "ignore" in entries else ()
        )
        stream = self.text(entries["stream"]) if "stream" in entries else "trades"
        return Mapping(exchange=exchange, stream=stream, columns=columns, ignore=ignore)

    def _check_version(self, node: yaml.Node) -> None:
        version = self.integer(node)
        if version is None or version < 1:
            self.refuse(node, "not a version", expected=str(MAPPING_SCHEMA), found=repr(self.text(node)))
        if version > MAPPING_SCHEMA:
            hint = "Upgrade schemahub-mapping."
            expected = f"version {MAPPING_SCHEMA} or older"
            self.refuse(
                node,
                "written for a newer schemahub-mapping",
                expected=expected,
                found=str(version),
                hint=hint,
            )

    def _columns(self, node: yaml.Node, exchange: str) -> tuple[Column, ...]:
        entries = self.entries(node, TYPES)
        for name in _MAPPED:
            if name not in entries:
                self.refuse(node, f"column {name!r} is missing")
        found = {name: self._column(name, entry) for name, entry in entries.items()}
        if len({type(column.field) for column in found.values() if column.source is Source.FIELD}) > 1:
            self.refuse(node, "rows are objects or arrays, not both", expected="only names or only indexes")
        found.setdefault("exchange", Column(name="exchange", source=Source.CONSTANT, field=exchange.upper()))
        found.setdefault("symbol", Column(name="symbol", source=Source.PRODUCT))
        return tuple(found[name] for name in TYPES)

    def _column(self, name: str, node: yaml.Node) -> Column:
        entries = self.entries(node, _COLUMN_KEYS)
        source, field = self._source_of(node, entries)
        column = Column(
            name=name,
            source=source,
            field=field,
            type=self.one_of(entries["type"], TYPES[name], f"not a type of {name}")
            if "type" in entries
            else TYPES[name][0],
            format=self._format(name, node, entries),
            values=self._values(name, entries),
            default=self._default(node, entries),
        )
        self._check_default(column, entries.get("default", node))
        return column

    def _source_of(self, node: yaml.Node, entries: dict[str, yaml.Node]) -> tuple[Source, Field]:
        given = [source for source in Source if source.value in entries]
        if len(given) != 1:
            found = " and ".join(source.value for source in given) or "none"
            self.refuse(
                node, "where does the value come from?", expected="one of from, value, product", found=found
            )
        entry = entries[given[0].value]
        if given[0] is Source.PRODUCT:
            self.one_of(entry, ["true"], "product takes no other value")
            return Source.PRODUCT, ""
        return given[0], self._field(entry) if given[0] is Source.FIELD else self.text(entry)

    def _field(self, node: yaml.Node) -> Field:
        index = self.integer(node)
        return self.text(node) if index is None else index

    def _format(self, name: str, node: yaml.Node, entries: dict[str, yaml.Node]) -> str:
        if name != "trade_ts":
            if "format" in entries:
                self.refuse(entries["format"], "only a timestamp has a format")
            return ""
        if "format" not in entries:
            self.refuse(node, "a timestamp needs a format", expected=", ".join(FORMATS))
        return self.one_of(entries["format"], FORMATS, "unknown format")

    def _values(self, name: str, entries: dict[str, yaml.Node]) -> tuple[tuple[str, str], ...]:
        if "map" not in entries:
            return ()
        if "string" not in TYPES[name]:
            self.refuse(entries["map"], f"{name} is no text, so it cannot be mapped")
        values = self.entries(entries["map"])
        if name == "side":
            for value in values.values():
                self.one_of(value, _SIDES, "not a side")
        return tuple((key, self.text(value)) for key, value in values.items())

    def _default(self, node: yaml.Node, entries: dict[str, yaml.Node]) -> str | None:
        default = self.text(entries["default"]) if "default" in entries else None
        if "on_null" not in entries:
            return default
        rule = self.one_of(entries["on_null"], ("reject", "default"), "unknown rule for missing values")
        if (rule == "default") != (default is not None):
            self.refuse(
                node, f"on_null is {rule!r}, so a default is {'needed' if default is None else 'never used'}"
            )
        return default

    def _check_default(self, column: Column, node: yaml.Node) -> None:
        if column.default is None:
            return
        if column.name == "side":
            self.one_of(node, _SIDES, "not a side")
        if cast(pa.array([column.default]), column.type, column.format).null_count:
            kind = f"{column.format} {column.type}".strip()
            self.refuse(node, f"the default is no {kind}", found=repr(column.default))
