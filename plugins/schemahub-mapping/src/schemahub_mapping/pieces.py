"""Lines cut at their commas, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pcsv

if TYPE_CHECKING:
    from schemahub_mapping.shape import Shape

_MOST_BYTES = 2**30
_FEW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """One array of bytes for each piece of a shape; `uncut` are the lines that have more or fewer of them."""

    columns: list[pa.Array]
    uncut: list[int]


def cut(data: bytes, shape: Shape, most_uncut: int) -> Pieces | None:
    """Cut every line at its commas; None if many lines (one in `most_uncut`) have another number of pieces.

    The CSV reader does it, with all that is CSV switched off: no quotes, no nulls, no types, nothing
    trimmed, empty lines are lines. What it cannot be talked out of is on the caller: it ends lines at CR
    too, and leaves out a byte order mark.
    """
    if len(data) > _MOST_BYTES:
        return None
    uncut: list[int] = []

    def leave(row: pcsv.InvalidRow) -> str:
        uncut.append(row.number - 1)
        many = len(uncut) > _FEW and len(uncut) * most_uncut > row.number
        return "error" if many else "skip"

    names = [str(i) for i in range(len(shape))]
    try:
        table = pcsv.read_csv(
            pa.BufferReader(data),
            # One block: cutting costs the same, and the columns come in one part each.
            read_options=pcsv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
            parse_options=pcsv.ParseOptions(
                delimiter=",", quote_char=False, ignore_empty_lines=False, invalid_row_handler=leave
            ),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.binary()),
                strings_can_be_null=False,
                null_values=[],
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return Pieces(columns=[_whole(column) for column in table.columns], uncut=uncut)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks or [pa.array([], pa.binary())])
    )
