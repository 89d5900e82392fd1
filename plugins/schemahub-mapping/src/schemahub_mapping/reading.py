"""Read a mapping file; every mistake is told with its line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub_mapping.reading_column import ColumnReading
from schemahub_mapping.spec import MAPPING_SCHEMA, TYPES, Column, Mapping, Source

if TYPE_CHECKING:
    import yaml

    from schemahub_mapping.spec import Field

FILE_KEYS = ("exchange", "stream", "version", "ignore", "columns", "arrays")
ARRAY_KEYS = ("ignore", "columns")
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
        mapping = Mapping(
            exchange=name,
            stream=self.text(entries["stream"]) if "stream" in entries else "trades",
            columns=self._columns(entries["columns"], name),
            ignore=self._ignore(entries),
        )
        if "arrays" not in entries:
            return mapping
        return replace(mapping, arrays=self._arrays(entries["arrays"], mapping))

    def _ignore(self, entries: dict[str, yaml.Node]) -> tuple[Field, ...]:
        return tuple(map(self.field, self.items(entries["ignore"]))) if "ignore" in entries else ()

    def _arrays(self, node: yaml.Node, mapping: Mapping) -> Mapping:
        """Read where columns stand in rows that are arrays; the others are made as they are of objects."""
        with self.inside("arrays"):
            entries = self.entries(node, ARRAY_KEYS)
            if "columns" not in entries:
                self.refuse(node, "'columns' is missing")
            if any(isinstance(field, int) for field in mapping.fields):
                self.refuse(node, "the rows above are arrays already", expected="names above, indexes here")
            given = self.entries(entries["columns"], TYPES)
            columns = {column.name: column for column in mapping.columns}
            for name, column in columns.items():
                if column.source is Source.FIELD and name not in given:
                    self.refuse(entries["columns"], f"where in an array is {name!r}?", expected="an entry")
        columns |= {name: self.column(name, entry) for name, entry in given.items()}
        for name, entry in given.items():
            if columns[name].source is Source.FIELD and not isinstance(columns[name].field, int):
                self.refuse(entry, f"an array has no names, {name} no place", expected="from: an index")
        return replace(mapping, columns=tuple(columns[name] for name in TYPES), ignore=self._ignore(entries))

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
