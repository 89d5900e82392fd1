"""The lines of a batch: how many, all of them, or some."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

_FEW = 32
_MANY = 256
_BLOCK = 1 << 14


def count_lines(data: bytes) -> int:
    """Return how many lines there are; the last may lack its newline."""
    return data.count(b"\n") + (0 if not data or data.endswith(b"\n") else 1)


def are_arrays(data: bytes) -> bool:
    """Tell whether more lines begin as arrays than as objects."""
    arrays, objects = (data.startswith(kind) + data.count(b"\n" + kind) for kind in (b"[", b"{"))
    return arrays > objects


def split_lines(data: bytes) -> list[bytes]:
    """Return the lines, as many as `count_lines` says."""
    return data.removesuffix(b"\n").split(b"\n") if data else []


def lines_at(data: bytes, numbers: Sequence[int]) -> list[bytes]:
    """Return some lines, by ascending numbers; where they are few, without cutting up the others."""
    if len(numbers) > _MANY:
        lines = split_lines(data)
        return [lines[number] for number in numbers]
    found: list[bytes] = []
    start = line = 0
    for number in numbers:
        start = _skip(data, start, number - line)
        line = number
        end = data.find(b"\n", start)
        found.append(data[start : end if end >= 0 else None])
    return found


def _skip(data: bytes, start: int, lines: int) -> int:
    """Return where a line begins, so many lines after `start`."""
    # To count is ten times faster than to find: blocks that are skipped as a whole are counted.
    while lines > _FEW:
        passed = data.count(b"\n", start, start + _BLOCK)
        if passed >= lines:
            break
        start += _BLOCK
        lines -= passed
    for _ in range(lines):
        start = data.find(b"\n", start) + 1
    return start


def without_lines_at(data: bytes, positions: Sequence[int]) -> tuple[bytes, tuple[int, ...]]:
    """Leave out the lines that have these bytes, in ascending order; return the rest, and their numbers."""
    kept: list[bytes] = []
    numbers: list[int] = []
    start = seen = 0
    for position in positions:
        if position < start:
            continue
        first = data.rfind(b"\n", start, position) + 1 or start
        seen += data.count(b"\n", start, first)
        kept.append(data[start:first])
        numbers.append(seen)
        start = data.find(b"\n", position) + 1 or len(data)
        seen += 1
    return b"".join((*kept, data[start:])), tuple(numbers)


def as_numbers(data: bytes | bytearray) -> pa.Array:
    """Return the bytes as an array, without a copy."""
    return pa.Array.from_buffers(pa.uint8(), len(data), [None, pa.py_buffer(data)])


def but(numbers: Sequence[int], places: Collection[int]) -> Sequence[int]:
    """Leave out the numbers at some places."""
    return list(compress(numbers, _kept(len(numbers), places))) if places else numbers


def mask_but(count: int, places: Iterable[int]) -> pa.Array:
    """Return true for all but some places."""
    return as_numbers(_kept(count, places)).cast(pa.bool_())


def _kept(count: int, places: Iterable[int]) -> bytearray:
    kept = bytearray(b"\x01") * count
    for place in places:
        kept[place] = 0
    return kept
