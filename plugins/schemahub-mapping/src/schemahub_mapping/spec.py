"""What a mapping says, as values."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub_mapping.raw_lines import are_arrays

if TYPE_CHECKING:
    from collections.abc import Iterable

MAPPING_SCHEMA = 1
"""The newest form of the file that this version reads."""

RULES = 2
"""Raise it when the same mapping starts to make other rows: digests must tell them apart."""

TYPES: dict[str, tuple[str, ...]] = {
    "exchange": ("string",),
    "symbol": ("string",),
    "trade_id": ("string", "int"),
    "side": ("string", "int", "bool"),
    "price": ("double", "decimal", "int"),
    "quantity": ("double", "decimal", "int"),
    "trade_ts": ("timestamp",),
}
"""The types that a raw value of each column may have; the first is the default."""

FORMATS = ("iso8601", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", "epoch")
"""How a timestamp is written; an epoch may carry up to nine digits after the point.

`epoch` tells seconds, milli-, micro- and nanoseconds by their size, value by value.
"""

LISTED = "listed"
"""What the exchange lists a product as, BASE-QUOTE, as the lake has learned it."""

Field = str | int
"""Where a raw value stands: a name in an object, or an index in an array."""


class Source(enum.Enum):
    """Where a column's raw value comes from."""

    FIELD = "from"
    CONSTANT = "value"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How one unified column is made: read, typed, looked up in `values`, defaulted.

    `field` is the name or index in the raw row, the constant's text, or what of the product is meant: its
    id, or `LISTED`. A value that is not in `values`
    (where there are any) rejects the row, as does one that is missing while `default` is None.
    """

    name: str
    source: Source
    field: Field = ""
    type: str = "string"
    format: str = ""
    values: tuple[tuple[str, str], ...] = ()
    default: str | None = None

    @property
    def kind(self) -> str:
        """Return what a value has to be, for messages."""
        return f"{self.format} {self.type}".strip()

    @property
    def result_type(self) -> str:
        """Return the type of a default and of a constant: what a map leads to is text."""
        return "string" if self.values else self.type

    def of_product(self, product: str, listed: str | None) -> str | None:
        """Return what stands for a product: by the map, else what it is `listed` as, or its id.

        None if there is a map that does not name it, or if nobody knows what it is listed as.
        """
        default = listed if self.field == LISTED else None if self.values else product
        return dict(self.values).get(product, default)

    @property
    def strict(self) -> bool:
        """Tell whether no value is accepted that is empty or that JSON could not hold as it is."""
        if self.values:
            return all(key and key.isprintable() and not set('"\\') & set(key) for key, _ in self.values)
        return self.type != "string" or self.name == "side"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A whole mapping; `ignore` names raw fields that are left out on purpose, so they are no drift.

    `arrays` is what takes its place for raw objects whose rows are arrays, where an exchange has both.
    """

    exchange: str
    stream: str
    columns: tuple[Column, ...]
    ignore: tuple[Field, ...] = ()
    arrays: Mapping | None = None

    def of(self, data: bytes) -> Mapping:
        """Return the mapping of a raw object: all its rows are of one kind."""
        return self.arrays if self.arrays is not None and are_arrays(data) else self

    @property
    def fields(self) -> dict[Field, set[str]]:
        """Return the raw fields that columns read, each with the types wanted of it."""
        found: dict[Field, set[str]] = {}
        for column in self.columns:
            if column.source is Source.FIELD:
                found.setdefault(column.field, set()).add(column.type)
        return found

    @property
    def uses_symbols(self) -> bool:
        """Tell whether a column is made of what the product is listed as."""
        listed = any(column.source is Source.PRODUCT and column.field == LISTED for column in self.columns)
        return listed or (self.arrays is not None and self.arrays.uses_symbols)

    @property
    def strict_fields(self) -> frozenset[Field]:
        """Return the raw fields of which every reader is strict."""
        loose = {column.field for column in self.columns if not column.strict}
        return frozenset(self.fields) - loose

    def unnamed(self, names: Iterable[Field]) -> tuple[str, ...]:
        """Return, sorted, those of a row's fields that the mapping says nothing of: the drift."""
        return tuple(sorted(map(str, {*names} - {*self.fields} - {*self.ignore})))

    @property
    def digest(self) -> str:
        """Return a short digest of the meaning: comments and layout do not count."""
        of_objects = dataclasses.astuple(dataclasses.replace(self, arrays=None))[:-1]
        meaning = repr((RULES, of_objects, *([self.arrays.digest] if self.arrays else [])))
        return hashlib.sha256(meaning.encode()).hexdigest()[:16]
