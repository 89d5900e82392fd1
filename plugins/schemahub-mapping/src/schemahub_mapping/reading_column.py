"""Read one column of a mapping file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from schemahub_mapping.casts import cast
from schemahub_mapping.nodes import Nodes
from schemahub_mapping.spec import FORMATS, LISTED, TYPES, Column, Source

if TYPE_CHECKING:
    import yaml

    from schemahub_mapping.spec import Field

COLUMN_KEYS = ("from", "value", "product", "type", "format", "map", "default", "on_null")
_SIDES = ("BUY", "SELL")


class ColumnReading(Nodes):
    """Reads columns; every mistake is told with its line and column."""

    def column(self, name: str, node: yaml.Node) -> Column:
        """Read the entry of one column."""
        with self.inside(f"columns.{name}"):
            entries = self.entries(node, COLUMN_KEYS)
            source, field = self._source_of(name, node, entries)
            column = Column(
                name=name,
                source=source,
                field=field,
                type=self._type(name, entries),
                format=self._format(name, node, entries),
                values=self._values(name, source, entries),
                default=self._default(node, source, entries),
            )
            if source is Source.CONSTANT:
                self._check_value(column, str(field), entries["value"], "the value")
            if column.default is not None:
                self._check_value(column, column.default, entries["default"], "the default")
            return column

    def field(self, node: yaml.Node) -> Field:
        """Return a raw field's name, or its index where rows are arrays."""
        index = self.integer(node)
        return self.text(node) if index is None else index

    def _source_of(self, name: str, node: yaml.Node, entries: dict[str, yaml.Node]) -> tuple[Source, Field]:
        given = [source for source in Source if source.value in entries]
        if len(given) != 1:
            found = " and ".join(source.value for source in given) or "none"
            self.refuse(
                node, "where does the value come from?", expected="one of from, value, product", found=found
            )
        entry = entries[given[0].value]
        if given[0] is Source.PRODUCT:
            if name != "symbol":
                self.refuse(entry, "only the symbol comes from the product", expected="from or value")
            which = self.one_of(entry, ["true", LISTED], "product takes no other value")
            return Source.PRODUCT, LISTED if which == LISTED else ""
        return given[0], self.field(entry) if given[0] is Source.FIELD else self.text(entry)

    def _type(self, name: str, entries: dict[str, yaml.Node]) -> str:
        if "type" not in entries:
            return TYPES[name][0]
        return self.one_of(entries["type"], TYPES[name], f"not a type of {name}")

    def _format(self, name: str, node: yaml.Node, entries: dict[str, yaml.Node]) -> str:
        if name != "trade_ts":
            if "format" in entries:
                self.refuse(entries["format"], "only a timestamp has a format")
            return ""
        if "format" not in entries:
            self.refuse(node, "a timestamp needs a format", expected=", ".join(FORMATS))
        return self.one_of(entries["format"], FORMATS, "unknown format")

    def _values(
        self, name: str, source: Source, entries: dict[str, yaml.Node]
    ) -> tuple[tuple[str, str], ...]:
        if "map" not in entries:
            return ()
        if "string" not in TYPES[name]:
            self.refuse(entries["map"], f"{name} is no text, so it cannot be mapped")
        if source is Source.CONSTANT:
            self.refuse(entries["map"], "a constant is never looked up", hint="Write what the map leads to.")
        values = self.entries(entries["map"])
        if not values:
            self.refuse(entries["map"], "the map is empty", expected="{raw value: what it stands for}")
        for value in values.values():
            if name == "side":
                self.one_of(value, _SIDES, "not a side")
            elif name == "symbol" and not all(self.text(value).partition("-")):
                self.refuse(value, "not a symbol", expected="BASE-QUOTE", found=repr(self.text(value)))
        return tuple((key, self.text(value)) for key, value in values.items())

    def _default(self, node: yaml.Node, source: Source, entries: dict[str, yaml.Node]) -> str | None:
        for key in ("default", "on_null"):
            if key in entries and source is not Source.FIELD:
                self.refuse(entries[key], f"never used: a {source.value} is never missing")
        default = self.text(entries["default"]) if "default" in entries else None
        if "on_null" not in entries:
            return default
        rule = self.one_of(entries["on_null"], ("reject", "default"), "unknown rule for missing values")
        if (rule == "default") != (default is not None):
            self.refuse(
                node, f"on_null is {rule!r}, so a default is {'needed' if default is None else 'never used'}"
            )
        return default

    def _check_value(self, column: Column, value: str, node: yaml.Node, what: str) -> None:
        if column.name == "side":
            self.one_of(node, _SIDES, "not a side")
        elif cast(pa.array([value]), column.result_type, column.format).null_count:
            self.refuse(node, f"{what} is no {column.kind}", found=repr(value))
