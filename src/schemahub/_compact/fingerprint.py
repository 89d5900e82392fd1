"""Rows as one number whatever their order: what was read and what was written can be held side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_order import numbers_or_null
from schemahub._lake.parquet_read import groups_of, parquet_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub.object_store import ObjectStore

_ODD = pa.scalar(-7046029254386353131, pa.int64())
"""2^64 divided by the golden ratio: multiplying by it, modulo 2^64, spreads neighbours."""
_HALF = pa.scalar(29, pa.int64())
_WORD = 8


@dataclass(slots=True)
class Fingerprint:
    """For each (exchange, symbol) the number of rows, and the sum of a hash over all of a row's values.

    Equal rows, in whatever order and files, have equal fingerprints; rows of which one is missing, doubled
    or changed have others, but for a chance of one in 2^64.
    """

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    sums: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, rows: pa.Table) -> None:
        """Take in some rows."""
        hashed = rows.select(["exchange", "symbol"]).append_column("hash", _hashes(rows))
        found = hashed.group_by(["exchange", "symbol"]).aggregate([("hash", "sum"), ("hash", "count")])
        names = zip(found["exchange"].to_pylist(), found["symbol"].to_pylist(), strict=True)
        counts = zip(found["hash_count"].to_pylist(), found["hash_sum"].to_pylist(), strict=True)
        for name, (count, total) in zip(names, counts, strict=True):
            self.rows[name] += count
            self.sums[name] = (self.sums[name] + total) % 2**64

    def differing(self, other: Fingerprint) -> list[tuple[str, str]]:
        """Return the names whose rows are not the same."""
        names = sorted({*self.rows, *other.rows})
        return [
            name
            for name in names
            if (self.rows[name], self.sums[name]) != (other.rows[name], other.sums[name])
        ]


def fingerprint(store: ObjectStore, keys: Iterable[str]) -> Fingerprint:
    """Read files as they are stored, one row group at a time."""
    found = Fingerprint()
    for key in keys:
        with parquet_file(store, key) as file:
            for rows in groups_of(file):
                found.add(rows)
    return found


def _hashes(rows: pa.Table) -> pa.ChunkedArray:
    rows = rows.combine_chunks()
    found = _of_texts(rows["trade_id"])
    for name in ("trade_ts", "ingest_ts", "price", "quantity"):
        column = rows[name]
        numbers = pa.chunked_array([chunk.view(pa.int64()) for chunk in column.chunks], pa.int64())
        found = _mixed(found, numbers)
    return _mixed(found, pc.equal(rows["side"], "BUY").cast(pa.int64()))


def _mixed(found: pa.ChunkedArray, numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    spread = pc.multiply(pc.add(found, numbers), _ODD)
    return pc.bit_wise_xor(spread, pc.shift_right(spread, _HALF))


def _of_texts(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Hash ids, each by itself alone, whichever others it is read with."""
    numbers = numbers_or_null(ids)
    if numbers.null_count:
        numbers = pc.coalesce(numbers, _words(ids))
    return _mixed(numbers, pc.binary_length(ids).cast(pa.int64()))


def _words(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Sum each text's pieces of eight bytes up, weighed by their place; padding adds nothing."""
    count = -(-pc.max(pc.binary_length(ids)).as_py() // _WORD)
    texts = pc.ascii_rpad(ids, count * _WORD, "\0").combine_chunks().cast(pa.binary())
    found = pa.repeat(pa.scalar(0, pa.int64()), len(texts))
    for place in range(count):
        piece = pc.binary_slice(texts, place * _WORD, (place + 1) * _WORD)
        word = pa.Array.from_buffers(pa.int64(), len(texts), [None, piece.buffers()[2]])
        weight = pa.scalar(_ODD.as_py() ** (place + 1) % 2**63, pa.int64())
        found = pc.add(found, pc.multiply(word, weight))
    return pa.chunked_array([found])
