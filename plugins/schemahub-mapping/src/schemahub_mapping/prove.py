"""Values out of pieces, and the proof that each piece is what the shape says."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub_mapping.integers import integers
from schemahub_mapping.shape import Kind

if TYPE_CHECKING:
    from schemahub_mapping.shape import Piece

_END = 2**31 - 1
"""Not None: pyarrow then computes how much to reserve with an overflow."""

_MOST_DIGITS = 1_000
_NO_TEXT = '[\\x00-\\x1f"\\\\]'
# Numbers as JSON allows them, without the integer -0: line by line it is read as 0.
_NUMBER = r"^(0|-?[1-9][0-9]*|-?(0|[1-9][0-9]*)(\.[0-9]+([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+))$"
_BOOLEANS = pa.array(["true", "false"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A piece's values as text. `sound` tells for which rows the proof holds; None: for all.

    `whole` are the same values as int64, where all of them are the text of integers.
    """

    values: pa.Array
    sound: pa.Array | None = None
    whole: pa.Array | None = None


def prove(cells: pa.Array, piece: Piece, *, strict: bool) -> Proved:
    """Take the values out of a column of pieces.

    `strict` promises that whoever types the values accepts none that is empty or has a quote, a backslash
    or a control character in it; otherwise that is looked for here.
    """
    values = pc.binary_slice(cells, len(piece.before), -len(piece.after) or _END).view(pa.string())
    inner = _proved(values, piece.kind, strict=strict)
    framed = _framed(cells, piece)
    if not strict and piece.kind is Kind.TEXT:  # all others accept no empty value
        framed = both(framed, _mask(_spacious(cells, piece)))
    return dataclasses.replace(inner, sound=both(framed, inner.sound))


def both(one: pa.Array | None, other: pa.Array | None) -> pa.Array | None:
    """Return where both hold; None stands for everywhere."""
    if one is None or other is None:
        return other if one is None else one
    return pc.and_(one, other)


def _proved(values: pa.Array, kind: Kind, *, strict: bool) -> Proved:
    match kind:
        case Kind.TEXT:
            return Proved(values=values, sound=None if strict or _plain(values) else _clean(values))
        case Kind.NUMBER:
            return _numbers(values)
        case Kind.BOOLEAN:
            return Proved(values=values, sound=_mask(pc.is_in(values, value_set=_BOOLEANS)))
        case Kind.NULL:
            return Proved(values=pa.nulls(len(values), pa.string()), sound=_mask(pc.equal(values, "null")))


def _framed(cells: pa.Array, piece: Piece) -> pa.Array | None:
    """Tell which cells begin and end as they should; where the two overlap, the value is empty."""
    ends = _mask(pc.ends_with(cells, piece.after)) if piece.after else None
    return both(_mask(pc.starts_with(cells, piece.before)), ends) if piece.before else ends


def _spacious(cells: pa.Array, piece: Piece) -> pa.Array:
    return pc.greater_equal(pc.binary_length(cells), len(piece.before) + len(piece.after))


def _plain(values: pa.Array) -> bool:
    """Tell at little cost that no value holds a quote, a backslash or a control character."""
    buffer = values.buffers()[2]
    characters = b"" if buffer is None else buffer.to_pybytes()
    printable = bool(pc.all(pc.ascii_is_printable(values), min_count=0).as_py())
    return printable and b'"' not in characters and b"\\" not in characters


def _clean(values: pa.Array) -> pa.Array | None:
    return _mask(pc.invert(pc.match_substring_regex(values, _NO_TEXT)))


def _numbers(values: pa.Array) -> Proved:
    whole = integers(values)
    if whole is not None:
        return Proved(values=values, whole=whole)
    short = pc.less(pc.binary_length(values), _MOST_DIGITS)
    return Proved(values=values, sound=_mask(pc.and_(short, pc.match_substring_regex(values, _NUMBER))))


def _mask(sound: pa.Array) -> pa.Array | None:
    return None if sound.true_count == len(sound) else sound
