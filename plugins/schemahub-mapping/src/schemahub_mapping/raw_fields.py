"""Raw lines as columns of raw values, untyped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from schemahub.transformer import Rejected
    from schemahub_mapping.spec import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFields:
    """The fields that a mapping reads, one array each, and for each row the line it came from.

    An array holds text, int64, bool, or (only where nothing but a double is wanted) float64.
    """

    arrays: dict[Field, pa.Array]
    lines: Sequence[int]
    rejected: tuple[Rejected, ...] = ()
    drift: tuple[str, ...] = ()


def count_lines(data: bytes) -> int:
    """Return how many lines there are; the last may lack its newline."""
    return data.count(b"\n") + (0 if not data or data.endswith(b"\n") else 1)


def split_lines(data: bytes) -> list[bytes]:
    """Return the lines, as many as `count_lines` says."""
    return data.removesuffix(b"\n").split(b"\n") if data else []
