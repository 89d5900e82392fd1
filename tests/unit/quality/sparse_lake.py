"""A lake with a stream of sparse ids, put there by hand: no engine has a part in it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from tests.unit.quality.conftest import HOUR_NS, START_NS, Lake, line

from schemahub._quality.condition import condition
from schemahub.checkpoint import Checkpoint, Watermark
from schemahub.codec import compressor
from schemahub.layout import RawName, batch_uuid
from schemahub.model import Ids
from schemahub.raw_sink import RawBatch
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemahub._quality.condition_result import Condition
    from schemahub.checkpoint import Gap

_PLAN = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
TRADES = (3, 7, 12, 20, 30, 33, 41, 48, 60, 61, 75, 88, 100)
"""Trade n happens 2n hours after the start, as in every lake of these tests: twelve ids a day."""


@dataclasses.dataclass
class SparseLake(Lake):
    """Batches that chain; each begins right behind the one before."""

    def put(self, first: int, ids: Sequence[int], number: int = 0, lines: list[bytes] | None = None) -> str:
        """Store a batch, and return its key: its name goes from `first` to the last of `ids`."""
        content = [self.line(i) for i in ids] if lines is None else lines
        return self._store(first, ids[-1], number, content, len(ids))

    def put_nothing(self, first: int, last: int) -> str:
        """Store a batch that says that there are no trades."""
        return self._store(first, last, 3, [], 0)

    def _store(self, first: int, last: int, number: int, content: list[bytes], count: int) -> str:
        name = RawName(
            created_us=START_NS // 1_000 + number,
            uuid=batch_uuid(_PLAN, first, last),
            first=first,
            last=last,
            count=count,
        )
        packer = compressor(name.codec)
        data = packer.compress(b"".join(each + b"\n" for each in content)) + packer.flush()
        assert self.raw.put(RawBatch(stream=self.btc, name=name, data=data))
        return f"{self.btc.raw_prefix}{name}"

    def line(self, position: int) -> bytes:
        return line(position, "much" if position in self.bad else None, self._time_ns(position))

    def know(self, ids: Ids = Ids.SPARSE, gaps: Iterable[Gap] = ()) -> None:
        """Save the checkpoint that fits what is in raw."""
        covered = SpanSet.of(each.name.span for each in self.objects())
        last = covered.spans[-1].last
        newest = max(self.objects(), key=lambda each: each.name.created_us)
        known = Checkpoint(
            stream=self.btc,
            covered=covered,
            watermark=Watermark(position=last, time_ns=self._time_ns(last)),
            ids=ids,
            newest=str(newest.name),
            gaps=tuple(gaps),
        )
        stored = self.checkpoints.load(self.btc)
        self.checkpoints.save(known, stored.version if stored else None)

    def condition(self) -> Condition:
        return condition(self.source, "BTC-USD")

    def without(self, position: int) -> None:
        """Drop a row from the table; the manifest is changed to fit."""
        self._change(position, lambda rows, ids: rows.filter(pa.array(ids != position)))

    def renamed(self, position: int, other: int) -> None:
        """Give a row another id."""

        def rename(rows: pa.Table, ids: np.ndarray) -> pa.Table:
            texts = [str(other if i == position else i) for i in ids.tolist()]
            return rows.set_column(rows.column_names.index("trade_id"), "trade_id", pa.array(texts))

        self._change(position, rename)

    def _change(self, position: int, change) -> None:  # noqa: ANN001 - rows and their ids to rows
        for file in self.table.snapshot().files:
            rows = self.rows_of(file.key)
            ids = np.array(rows["trade_id"].to_pylist(), np.int64)
            if position in ids.tolist():
                self._swap(file.key, change(rows, ids))

    def _swap(self, key: str, rows: pa.Table) -> None:
        from schemahub._lake.symbol_ranges import symbol_ranges

        self.rewrite(key, lambda _: rows)
        self.remanifest(key, rows=rows.num_rows, symbols=symbol_ranges(rows))


def hours(position: int) -> int:
    """Return the time of a trade."""
    return START_NS + 2 * position * HOUR_NS


def sparse_lake(bad: Iterable[int] = (), *, transformed: bool = True) -> SparseLake:
    """Return thirteen trades of nine days in three batches that chain, in the table."""
    lake = SparseLake(bad=set(bad))
    lake.put(1, TRADES[:5])
    lake.put(31, TRADES[5:9], 1)
    lake.put(61, TRADES[9:], 2)
    lake.know()
    if transformed:
        lake.transform()
    return lake
