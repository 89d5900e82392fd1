"""The fastest path: batches whose lines all look alike, values aside."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub_mapping.pieces import cut
from schemahub_mapping.prove import Proved, both, prove
from schemahub_mapping.raw_fields import RawFields
from schemahub_mapping.raw_lines import as_numbers, but, without_lines_at
from schemahub_mapping.shape import learn

if TYPE_CHECKING:
    from schemahub.transformer import RawLines
    from schemahub_mapping.spec import Field, Mapping

_MOST_LEFT = 4
"""One line in so many may be of another shape; with more, the batch is not of one shape."""

_RETURN, _LAST_ASCII = pa.scalar(0x0D, pa.uint8()), pa.scalar(0x7F, pa.uint8())


def parse_shape(batch: RawLines, mapping: Mapping) -> RawFields | None:
    """Return the fields of the lines of one shape, and in `left` the lines that are another path's.

    Nothing is taken on trust: of every line that is not left, each byte was compared with the shape or
    belongs to a value that is sound JSON, or that only a type can accept that accepts nothing else. None
    where too few lines look alike.
    """
    plain, odd = _set_aside(batch.data)
    shape = learn(plain)
    pieces = None if shape is None else cut(plain, shape, _MOST_LEFT)
    if shape is None or pieces is None:
        return None
    strict = mapping.strict_fields
    proved = {
        piece.field: prove(cells, piece, strict=piece.field in strict)
        for piece, cells in zip(shape, pieces.columns, strict=True)
    }
    sound = functools.reduce(both, (one.sound for one in proved.values()))
    unsound = [] if sound is None else pc.indices_nonzero(pc.invert(sound)).to_pylist()
    rows = len(pieces.columns[0])
    whole = but(range(rows + len(pieces.uncut) + len(odd)), odd)
    cut_up = but(whole, pieces.uncut)
    left = (*odd, *(whole[row] for row in pieces.uncut), *(cut_up[row] for row in unsound))
    missing = Proved(values=pa.nulls(rows, pa.string()))
    wanted = {field: proved.get(field, missing) for field in mapping.fields}
    fields = RawFields(
        arrays=_sound({field: one.values for field, one in wanted.items()}, sound),
        whole=_sound({field: one.whole for field, one in wanted.items() if one.whole is not None}, sound),
        lines=but(cut_up, unsound),
        left=tuple(sorted(left)),
        drift=mapping.unnamed(piece.field for piece in shape),
    )
    return fields if len(left) * _MOST_LEFT <= fields.count else None


def _set_aside(data: bytes) -> tuple[bytes, tuple[int, ...]]:
    """Take out the lines with bytes that cutting at commas cannot be trusted with; return their numbers."""
    if data.isascii() and b"\r" not in data:
        return data, ()
    codes = as_numbers(data)
    strange = pc.or_(pc.equal(codes, _RETURN), pc.greater(codes, _LAST_ASCII))
    return without_lines_at(data, pc.indices_nonzero(strange).to_pylist())


def _sound(arrays: dict[Field, pa.Array], sound: pa.Array | None) -> dict[Field, pa.Array]:
    return arrays if sound is None else {field: array.filter(sound) for field, array in arrays.items()}
