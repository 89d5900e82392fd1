"""From raw lines to rows of the unified schema."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from schemahub.layout import StreamId

UNIFIED_COLUMNS: tuple[tuple[str, str], ...] = (
    ("exchange", "string"),
    ("symbol", "string"),
    ("trade_id", "string"),
    ("side", "string"),
    ("price", "double"),
    ("quantity", "double"),
    ("trade_ts", "timestamp[us, UTC]"),
    ("ingest_ts", "timestamp[us, UTC]"),
)
"""The unified table's columns, in order. `side` is the taker's."""


class ArrowStream(Protocol):
    """Any table that speaks the Arrow C stream interface (pyarrow, polars, DuckDB, ...)."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:  # noqa: ANN401
        """Export the rows."""
        ...


_PIECE = 1 << 19
"""Bytes looked through at a time: one answer for each of a whole batch would be as much memory again."""
_PLACE = 0x0001020304050607
"""Times a word whose one set bit is the lowest of a byte: the highest byte is then that byte's number."""


@dataclass(frozen=True, kw_only=True)
class RawLines:
    """One raw batch to transform: plain JSONL bytes, and what its name says.

    `ingest_us` becomes `ingest_ts`; `source` is the raw object's key, for messages and quarantine. `symbol`
    is what the lake knows the product to be, BASE-QUOTE, for transformers that use it; None if nothing.
    """

    stream: StreamId
    source: str
    ingest_us: int
    data: bytes
    symbol: str | None = None

    @functools.cached_property
    def ends(self) -> npt.NDArray[np.int64]:
        """Where each line of `data` ends: its newline's index, or the length if the last one lacks it.

        Looked for once, by whoever asks first: to count lines takes as long as to find them.
        """
        import numpy as np

        codes = np.frombuffer(self.data, np.uint8)
        found = [_newlines(codes[at : at + _PIECE]) + at for at in range(0, len(codes), _PIECE)]
        if self.data and not self.data.endswith(b"\n"):
            found.append(np.array([len(self.data)]))
        return np.concatenate([np.zeros(0, np.int64), *found])


def _newlines(codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Return where the newlines are: first the words of eight bytes that have one, which are few."""
    import numpy as np

    hits = codes == ord("\n")
    words = hits[: len(hits) // 8 * 8].view("<u8")
    at = np.flatnonzero(words != 0)
    ones = words[at]
    if (ones & (ones - np.uint64(1))).any():  # lines that are shorter than a word
        return np.flatnonzero(hits)
    places = (ones * _PLACE >> np.uint64(56)).view(np.int64)
    return np.concatenate([at * 8 + places, np.flatnonzero(hits[len(words) * 8 :]) + len(words) * 8])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One raw line that no row could be made of: its 0-based number, the rule it broke, its own bytes."""

    line: int
    rule: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformed:
    """The outcome: `rows` in the unified schema, and for each row the 0-based raw line it came from.

    Lines ascend. `len(lines) + len(rejected)` is the number of raw lines, always (R2). `drift` names raw
    fields that the mapping knows nothing of. `path` names the way that most lines took, where a
    transformer has several: the rows are the same, the time is not; `shape` is the fastest, and the only
    one that is not told. Texts in `rows` may be dictionaries.
    """

    rows: ArrowStream
    lines: Sequence[int]
    rejected: tuple[Rejected, ...] = ()
    drift: tuple[str, ...] = ()
    path: str = ""


class Transformer(ABC):
    """Turns raw batches of one exchange into unified rows; pure: the same in, the same rows out (R10).

    Register the class under the entry-point group `schemahub.transformers`. `open` gets the exchange's
    mapping: the text of a file, wherever it came from.
    """

    @classmethod
    @abstractmethod
    def open(cls, exchange: str, mapping: str, source: str) -> Transformer:
        """Build from a mapping's text; a mistake is a `ConfigError` with `source`, line and field."""

    @property
    @abstractmethod
    def digest(self) -> str:
        """Return a short hex digest of everything the rows depend on besides the batch itself."""

    @property
    def uses_symbols(self) -> bool:
        """Tell whether batches must come with their product's symbol; by default, the lake is not asked."""
        return False

    @abstractmethod
    def transform(self, batch: RawLines) -> Transformed:
        """Transform one batch; a bad line costs that line."""

    def suggestion(self, drift: Sequence[str]) -> str:
        """Return a line to paste into the mapping that leaves these fields out on purpose."""
        return f"ignore: [{', '.join(drift)}]"
