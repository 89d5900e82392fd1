"""The form of a line: each value at its fixed place, as on a printed form that is filled in.

Lines of one form have the same length and differ in digits alone; whatever else stands in them, a text
that a map names included, is the form's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from schemahub_mapping.digits import WORD, Chunks, beyond, columns, words_of
from schemahub_mapping.fixed_values import reader_of
from schemahub_mapping.place import Place, Reading, reading_of
from schemahub_mapping.shape import shape_of
from schemahub_mapping.spec import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub_mapping.digits import Bools, Numbers, Words
    from schemahub_mapping.fixed_values import Reader
    from schemahub_mapping.shape import Piece
    from schemahub_mapping.spec import Field, Mapping

_AS_ONES = bytes.maketrans(b"0123456789", b"1" * 10)
_MOST_KNOWN = 1_000
_CONSTANT = 0x7F
"""What may be added to a byte that has to be zero, before it is no ASCII."""
_HIGHEST = np.uint64(0x8080808080808080)

Readings = dict["Field", Reading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A line's constant bytes, what its digits may be, and what is to be made of each of its values."""

    names: dict[Field, None]
    listed: tuple[tuple[Field, bytes], ...]
    """The texts of maps."""
    printed: tuple[tuple[Field, int, int], ...]
    """Where texts begin, and how long they are."""
    read: tuple[tuple[Field, slice, Reader], ...]
    """Which of the chunks' numbers are a value's, and what makes it of them."""
    leading: tuple[tuple[int, np.uint64], ...]
    """In which word, and where there, stands a first digit that must not be zero."""
    template: Words
    limits: Words
    chunks: Chunks

    def words(self, data: bytes, starts: Numbers) -> tuple[Words, Bools]:
        """Return the words of lines as long as the form, and which of the lines are of this form."""
        found = columns(data, starts, self.template)
        # A constant is zero now, a digit its value; with its limit added, whatever else is ASCII reaches
        # 0x80. What stands behind the line has no limit, and never does.
        fit = beyond(found, self.limits) & _HIGHEST == 0
        for word, digit in self.leading:
            fit &= found[word] & digit != 0
        return found, fit


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
            reading = reading_of(column)
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
    for piece, cell in zip(shape, line.split(b","), strict=True):
        place = _place(piece, cell, start, wanted.get(piece.field))
        if not place.is_readable:
            return None
        places.append(place)
        start += len(cell) + 1
    return _form(line, places)


def _place(piece: Piece, cell: bytes, start: int, reading: Reading | None) -> Place:
    text = cell[len(piece.before) : len(cell) - len(piece.after)]
    start += len(piece.before)
    return Place(field=piece.field, start=start, text=text, kind=piece.kind, reading=reading)


def _form(line: bytes, places: Sequence[Place]) -> Form:
    blank, limits = bytearray(line), bytearray([_CONSTANT]) * len(line)
    chunks: list[tuple[int, int]] = []
    read = []
    for place in places:
        inside = slice(place.start, place.start + len(place.text))
        blank[inside] = place.blank
        limits[inside] = bytes(_CONSTANT - digit for digit in place.greatest)
        if reader := reader_of(place):
            read.append((place.field, slice(len(chunks), len(chunks) + len(place.chunks)), reader))
            chunks += place.chunks
    return Form(
        names={place.field: None for place in places},
        listed=tuple((place.field, place.text) for place in places if place.reading is Reading.LISTED),
        printed=tuple(
            (place.field, place.start, len(place.text))
            for place in places
            if place.reading is Reading.PRINTED
        ),
        read=tuple(read),
        leading=tuple(_byte_at(place.start) for place in places if place.is_plain),
        template=words_of(bytes(blank)),
        limits=words_of(bytes(limits)),
        chunks=Chunks(chunks),
    )


def _byte_at(place: int) -> tuple[int, np.uint64]:
    word, inside = divmod(place, WORD)
    return word, np.uint64(0xFF << 8 * inside)
