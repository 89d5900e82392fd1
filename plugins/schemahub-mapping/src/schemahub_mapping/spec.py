"""What a mapping says, as values."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
from dataclasses import dataclass

MAPPING_SCHEMA = 1
"""The newest form of the file that this version reads."""

RULES = 1
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

FORMATS = ("iso8601", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns")
"""How a timestamp is written; an epoch may carry up to nine digits after the point."""

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

    `field` is the name or index in the raw row, or the constant's text. A value that is not in `values`
    (where there are any) rejects the row, as does one that is missing while `default` is None.
    """

    name: str
    source: Source
    field: Field = ""
    type: str = "string"
    format: str = ""
    values: tuple[tuple[str, str], ...] = ()
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A whole mapping; `ignore` names raw fields that are left out on purpose, so they are no drift."""

    exchange: str
    stream: str
    columns: tuple[Column, ...]
    ignore: tuple[Field, ...] = ()

    @property
    def fields(self) -> dict[Field, set[str]]:
        """Return the raw fields that columns read, each with the types wanted of it."""
        found: dict[Field, set[str]] = {}
        for column in self.columns:
            if column.source is Source.FIELD:
                found.setdefault(column.field, set()).add(column.type)
        return found

    @property
    def digest(self) -> str:
        """Return a short digest of the meaning: comments and layout do not count."""
        meaning = repr((RULES, dataclasses.astuple(self)))
        return hashlib.sha256(meaning.encode()).hexdigest()[:16]
