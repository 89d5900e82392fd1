"""The shape of a line: what stands in every line alike, and where the values are.

A flat JSON object or array is cut at its commas into pieces. A piece is constant text, a value, constant
text: `"price":"` `64122.33` `"`. Lines of one shape differ in their values alone, so a line whose pieces
begin and end as the shape says, with a sound value in between, is that very JSON.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub_mapping.spec import Field

_SPACE = rb"[ \t]*"
_TEXT = rb'[^"\\\x00-\x1f]*'
_NUMBER = rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_VALUE = rb'(?:"(?P<text>%s)"|(?P<bare>true|false|null|%s))' % (_TEXT, _NUMBER)
_IN_OBJECT = re.compile(
    rb'%s(?P<open>\{)?%s"(?P<key>%s)"%s:%s%s%s(?P<close>\})?%s'
    % (_SPACE, _SPACE, _TEXT, _SPACE, _SPACE, _VALUE, _SPACE, _SPACE)
)
_IN_ARRAY = re.compile(rb"%s(?P<open>\[)?%s%s%s(?P<close>\])?%s" % (_SPACE, _SPACE, _VALUE, _SPACE, _SPACE))
_LOOK_BACK = 4096


class Kind(enum.Enum):
    """How a value is written."""

    TEXT = "in quotes"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    NULL = "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One field of a line: constant `before` and `after` the value."""

    field: Field
    before: bytes
    after: bytes
    kind: Kind


Shape = tuple[Piece, ...]


def learn(data: bytes) -> Shape | None:
    """Return the shape that two of the first, a middle and the last line have, or the first has alone."""
    shapes = [shape for line in _samples(data) if (shape := shape_of(line)) is not None]
    return Counter(shapes).most_common(1)[0][0] if shapes else None


def shape_of(line: bytes) -> Shape | None:
    """Return a line's shape; None if it is no flat JSON, has a comma or escape in a text, or a key twice."""
    pattern = _IN_ARRAY if line.lstrip(b" \t").startswith(b"[") else _IN_OBJECT
    cells = line.split(b",")
    found = [pattern.fullmatch(cell) for cell in cells]
    matches = [match for match in found if match is not None]
    if len(matches) < len(cells):
        return None
    # Opened by the first piece alone, closed by the last alone.
    last = len(cells) - 1
    if any((match["open"] is None) == (i == 0) for i, match in enumerate(matches)):
        return None
    if any((match["close"] is None) == (i == last) for i, match in enumerate(matches)):
        return None
    pieces = tuple(_piece(match, i) for i, match in enumerate(matches))
    return pieces if len({piece.field for piece in pieces}) == len(pieces) else None


def _piece(match: re.Match[bytes], index: int) -> Piece:
    key = match.groupdict().get("key")
    value = "bare" if match["text"] is None else "text"
    return Piece(
        field=index if key is None else key.decode(),
        before=match.string[: match.start(value)],
        after=match.string[match.end(value) :],
        kind=_kind(match["bare"]),
    )


def _kind(bare: bytes | None) -> Kind:
    match bare:
        case None:
            return Kind.TEXT
        case b"true" | b"false":
            return Kind.BOOLEAN
        case b"null":
            return Kind.NULL
        case _:
            return Kind.NUMBER


def _samples(data: bytes) -> tuple[bytes, ...]:
    middle = data.find(b"\n", len(data) // 2) + 1
    end = data.find(b"\n", middle)
    tail = data[-_LOOK_BACK:].removesuffix(b"\n")
    start = data.find(b"\n")
    return (
        data[: start if start >= 0 else None],
        data[middle : end if end >= 0 else None],
        tail.rpartition(b"\n")[2],
    )
