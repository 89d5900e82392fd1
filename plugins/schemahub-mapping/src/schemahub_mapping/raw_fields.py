"""Raw lines as columns of raw values, untyped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from schemahub.transformer import Rejected
    from schemahub_mapping.spec import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFields:
    """The fields that a mapping reads, one array each, and for each row the line it came from.

    An array holds text (a dictionary, where a few texts repeat), int64, bool, or (only where nothing else
    is wanted) float64 or times. `printed` are the fields whose text is known to be that of integers, each as
    Python would print it; `whole` holds the numbers of some of them.
    `left` are lines that another path has to read: every line is in `lines`, `rejected` or `left`, once.
    """

    arrays: dict[Field, pa.Array]
    lines: Sequence[int]
    rejected: tuple[Rejected, ...] = ()
    left: tuple[int, ...] = ()
    drift: tuple[str, ...] = ()
    whole: dict[Field, pa.Array] = field(default_factory=dict)
    printed: frozenset[Field] = frozenset()

    @property
    def count(self) -> int:
        """Return how many lines there are."""
        return len(self.lines) + len(self.rejected) + len(self.left)
