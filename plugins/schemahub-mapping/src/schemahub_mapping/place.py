"""Where a value stands in a line of some form, what it is read as, and what its digits may be."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub_mapping.digits import chunks_of
from schemahub_mapping.shape import Kind

if TYPE_CHECKING:
    from schemahub_mapping.spec import Column, Field

_DECIMAL = re.compile(rb"[0-9]+(?:\.[0-9]+)?")
_ID = re.compile(rb"0|[1-9][0-9]*")
_INTEGER = re.compile(rb"[0-9]+")
_CENTURY = b"20"
"""Of another one there are hardly any trades: their lines are another path's."""
_ISO = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z")
_GREATEST_ISO = b"0099-19-39T29:59:59"
"""At each place; the fraction's are nine. The century is the form's, as the dashes are."""
_DIGITS = b"0123456789"
_AS_ZEROS = bytes.maketrans(_DIGITS, b"0" * len(_DIGITS))
_AS_NINES = bytes.maketrans(_DIGITS, b"9" * len(_DIGITS))
_MOST_DIGITS = 18
"""As many as any of int64 holds."""


class Reading(enum.Enum):
    """What a value is read as."""

    DOUBLE = enum.auto()
    PRINTED = enum.auto()
    """An integer, as text."""
    EPOCH = enum.auto()
    ISO_TIME = enum.auto()
    LISTED = enum.auto()
    """A text of a map: part of the form."""


_WRITTEN = {
    Reading.DOUBLE: _DECIMAL,
    Reading.PRINTED: _INTEGER,
    Reading.EPOCH: _INTEGER,
    Reading.ISO_TIME: _ISO,
}


def reading_of(column: Column) -> Reading | None:
    """Return what a column's field is read as; None if its type is not for forms."""
    if column.values:
        return Reading.LISTED
    match column.type:
        case "double" | "decimal":
            return Reading.DOUBLE
        case "string" | "int":
            return Reading.PRINTED
        case "timestamp":
            return Reading.ISO_TIME if column.format == "iso8601" else Reading.EPOCH
        case _:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A value's place; where `reading` is None, nobody wants it, and it must be sound all the same."""

    field: Field
    start: int
    text: bytes
    kind: Kind
    reading: Reading | None

    @property
    def is_readable(self) -> bool:
        """Tell whether values that are written as this one can be read as wanted."""
        reading = self.reading
        if reading is Reading.LISTED:
            return self.kind in (Kind.TEXT, Kind.BOOLEAN) or _ID.fullmatch(self.text) is not None
        if reading is None:
            return self.kind is not Kind.NUMBER or _DECIMAL.fullmatch(self.text) is not None
        written = _WRITTEN[reading].fullmatch(self.text) is not None
        few = reading is Reading.ISO_TIME or len(self.text.replace(b".", b"")) <= _MOST_DIGITS
        return written and few and self.kind in (Kind.TEXT, Kind.NUMBER)

    @property
    def whole(self) -> int:
        """Return how many digits stand before the point."""
        return len(self.text.partition(b".")[0])

    @property
    def is_plain(self) -> bool:
        """Tell whether the first of several digits has to be another than zero.

        JSON has no other numbers; and as text, 007 is another id than 7.
        """
        of_digits = self.reading is not Reading.LISTED and self.whole > 1
        return of_digits and (self.kind is Kind.NUMBER or self.reading is Reading.PRINTED)

    @property
    def blank(self) -> bytes:
        """Return the text with zeros for digits: what values of this place have in common."""
        if self.reading is Reading.LISTED:
            return self.text
        zeros = self.text.translate(_AS_ZEROS)
        return _CENTURY + zeros[2:] if self.reading is Reading.ISO_TIME else zeros

    @property
    def greatest(self) -> list[int]:
        """Return what each digit may be at most; zero for what is no digit."""
        if self.reading is Reading.LISTED:
            return [0] * len(self.text)
        most = self.text.translate(_AS_NINES)
        if self.reading is Reading.ISO_TIME:
            most = _GREATEST_ISO + most[len(_GREATEST_ISO) :]
        return [byte - ord("0") if byte in _DIGITS else 0 for byte in most]

    @property
    def chunks(self) -> list[tuple[int, int]]:
        """Return where digits stand that are read, in the order in which `reader_of` takes their numbers."""
        start, end = self.start, self.start + len(self.text)
        match self.reading:
            case Reading.DOUBLE | Reading.EPOCH:
                point = start + self.whole
                return [*chunks_of(start, point), *chunks_of(point + 1, end)]
            case Reading.ISO_TIME:
                return [(start + 2, start + 10), (start + 11, start + 19), *chunks_of(start + 20, end - 1)]
            case _:
                return []
