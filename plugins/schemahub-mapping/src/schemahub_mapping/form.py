"""The form of a line: each value at its fixed place, as on a printed form that is filled in.

Lines of one form have the same length and differ in digits alone; whatever else stands in them, a text
that a map names included, is the form's.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from schemahub_mapping.digits import Chunks, beyond, chunks_of, columns, words_of
from schemahub_mapping.shape import Kind, shape_of
from schemahub_mapping.spec import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from schemahub_mapping.digits import Numbers, Words
    from schemahub_mapping.shape import Piece
    from schemahub_mapping.spec import Column, Field, Mapping

_DECIMAL = re.compile(rb"[0-9]+(?:\.[0-9]+)?")
_ID = re.compile(rb"0|[1-9][0-9]*")
_INTEGER = re.compile(rb"[0-9]+")
_ISO = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z")
_DIGITS = bytes(range(ord("0"), ord("9") + 1))
_AS_ZEROS = bytes.maketrans(_DIGITS, b"0" * len(_DIGITS))
_AS_ONES = bytes.maketrans(_DIGITS, b"1" * len(_DIGITS))
_MOST_KNOWN = 1_000
_MOST_DIGITS = 18
"""As many as any of int64 holds."""
_HIGHEST = np.uint64(0x8080808080808080)


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

Readings = dict["Field", Reading]


def _reading(column: Column) -> Reading | None:
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
    """Where a value stands in a line, and how it is written there."""

    field: Field
    start: int
    text: bytes
    kind: Kind
    reading: Reading | None

    @property
    def whole(self) -> int:
        """Return how many digits stand before the point."""
        return len(self.text.partition(b".")[0])

    @property
    def plain(self) -> bool:
        """Tell whether the first of several digits has to be another than zero.

        JSON has no other numbers; and as text, 007 is another id than 7.
        """
        return self.whole > 1 and (self.kind is Kind.NUMBER or self.reading is Reading.PRINTED)

    @property
    def chunks(self) -> list[tuple[int, int]]:
        """Return where digits stand that are read, in the order in which `value_of` takes their numbers."""
        start, end = self.start, self.start + len(self.text)
        match self.reading:
            case Reading.LISTED:
                return []
            case Reading.PRINTED | None:
                return [(start, start + 1)] if self.plain else []
            case Reading.ISO_TIME:
                century, date, time = (start, start + 2), (start + 2, start + 10), (start + 11, start + 19)
                return [century, date, time, *chunks_of(start + 20, end - 1)]
            case _:
                point = start + self.whole
                return [*chunks_of(start, point), *chunks_of(point + 1, end)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A line's length, its constant bytes, and the places of its values, each with its chunks of digits."""

    places: tuple[tuple[Place, slice], ...]
    template: Words
    limits: Words
    chunks: Chunks

    def words(self, data: bytes, starts: Numbers) -> tuple[Words, npt.NDArray[np.bool_]]:
        """Return the words of lines as long as the form, and which of the lines are of this form."""
        found = columns(data, starts, self.template)
        # A constant is zero now, a digit nine at most; with its limit added, any other ASCII reaches 0x80.
        # What stands behind the line has no limit, and never does.
        return found, beyond(found, self.limits) & _HIGHEST == 0


class Forms:
    """The forms that a mapping can read; those of one exchange are few, and come again in each batch."""

    def __init__(self, wanted: Readings, *, digits_listed: bool) -> None:
        """Know none yet; where texts of a map have digits (`digits_listed`), those tell forms apart."""
        self.wanted = wanted
        self._alike = bytes.maketrans(b"", b"") if digits_listed else _AS_ONES
        self._known: dict[bytes, Form | None] = {}

    @classmethod
    def of(cls, mapping: Mapping) -> Forms | None:
        """Return the forms of a mapping; None if one of its values is read in a way that is not for forms."""
        wanted: Readings = {}
        listed = ""
        for column in mapping.columns:
            if column.source is not Source.FIELD:
                continue
            reading = _reading(column)
            if reading is None or wanted.setdefault(column.field, reading) is not reading:
                return None
            listed += "".join(text for text, _ in column.values)
        return cls(wanted, digits_listed=any(map(str.isdigit, listed)))

    def of_line(self, line: bytes) -> Form | None:
        """Return the form of a line, which is ASCII; None if it has none that can be read as wanted."""
        alike = line.translate(self._alike)
        if alike not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[alike] = _form_of(alike, self.wanted)
        return self._known[alike]


def _form_of(line: bytes, wanted: Readings) -> Form | None:
    shape = shape_of(line)
    if shape is None or not wanted.keys() <= {piece.field for piece in shape}:
        return None
    places, start = [], 0
    blank = bytearray(line)
    for piece, cell in zip(shape, line.split(b","), strict=True):
        place = _place(piece, cell, start, wanted.get(piece.field))
        if not _fits(place):
            return None
        if place.reading is not Reading.LISTED:
            blank[place.start : place.start + len(place.text)] = place.text.translate(_AS_ZEROS)
        places.append(place)
        start += len(cell) + 1
    return _form(bytes(blank), places)


def _place(piece: Piece, cell: bytes, start: int, reading: Reading | None) -> Place:
    text = cell[len(piece.before) : len(cell) - len(piece.after)]
    start += len(piece.before)
    return Place(field=piece.field, start=start, text=text, kind=piece.kind, reading=reading)


def _fits(place: Place) -> bool:
    reading = place.reading
    if reading is Reading.LISTED:
        return place.kind in (Kind.TEXT, Kind.BOOLEAN) or _ID.fullmatch(place.text) is not None
    if reading is None:
        return place.kind is not Kind.NUMBER or _DECIMAL.fullmatch(place.text) is not None
    written = _WRITTEN[reading].fullmatch(place.text) is not None
    few = reading is Reading.ISO_TIME or len(place.text.replace(b".", b"")) <= _MOST_DIGITS
    return written and few and place.kind in (Kind.TEXT, Kind.NUMBER)


def _form(blank: bytes, places: Sequence[Place]) -> Form:
    limits = bytearray(b"\x7f" * len(blank))
    taken: list[tuple[Place, slice]] = []
    chunks: list[tuple[int, int]] = []
    for place in places:
        if place.reading is not Reading.LISTED:
            digits = (at for at, byte in enumerate(place.text, place.start) if byte in _DIGITS)
            for at in digits:
                limits[at] = 0x80 - 10
        first = len(chunks)
        chunks += place.chunks
        taken.append((place, slice(first, len(chunks))))
    return Form(
        places=tuple(taken),
        template=words_of(blank),
        limits=words_of(bytes(limits)),
        chunks=Chunks(chunks),
    )
