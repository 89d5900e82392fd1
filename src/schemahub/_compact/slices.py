"""What of a day is held at once: some small symbols together, a large one a span of time after another."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_read import Slice, groups_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow.parquet as pq

    from schemahub.table import SymbolRange

_BUCKETS = 4_096
"""Spans of time that a symbol's rows are counted in: more than pieces of a day that anybody has."""


def slices(parts: Iterable[SymbolRange], most_rows: int) -> Iterator[tuple[Slice, int]]:
    """Yield slices that together hold all rows once, in the table's order, each with its number of rows.

    Neighbours in the order of names go together up to `most_rows`: reading a row group once for each of
    its symbols would cost as many times more as there are symbols. One symbol with more rows is a slice of
    its own, for `narrowed`.
    """
    found: Slice | None = None
    rows = 0
    for symbol, own, count in _symbols(parts):
        if found is not None and rows + count <= most_rows:
            least_us, end_us = min(found.least_us, own.least_us), max(found.end_us, own.end_us)
            found, rows = replace(found, last=symbol, least_us=least_us, end_us=end_us), rows + count
            continue
        if found is not None:
            yield found, rows
        found, rows = own, count
    if found is not None:
        yield found, rows


def narrowed(files: Sequence[pq.ParquetFile], whole: Slice, most_rows: int) -> Iterator[Slice]:
    """Cut a slice into spans of time with at most `most_rows` rows each; rows of one moment stay together.

    Rows are counted by spans of time a row group at a time, so a long day takes no more memory (R7).
    """
    width = -(-(whole.end_us - whole.least_us) // _BUCKETS)
    counts = _counts(files, whole, width)
    start, rows = whole.least_us, 0
    for bucket in sorted(counts):
        first = whole.least_us + bucket * width
        if rows and rows + counts[bucket] > most_rows:
            yield replace(whole, least_us=start, end_us=first)
            start, rows = first, 0
        if counts[bucket] > most_rows and width > 1:
            end_us = min(first + width, whole.end_us)
            yield from narrowed(files, replace(whole, least_us=first, end_us=end_us), most_rows)
            start = end_us
            continue
        rows += counts[bucket]
    if rows:
        yield replace(whole, least_us=start)


def _counts(files: Sequence[pq.ParquetFile], whole: Slice, width: int) -> Counter[int]:
    counts: Counter[int] = Counter()
    for file in files:
        for rows in groups_of(file, whole, ["trade_ts"]):
            since = pc.subtract(rows["trade_ts"].cast(pa.int64()), whole.least_us)
            for count in pc.value_counts(pc.divide(since, width)).to_pylist():
                counts[count["values"]] += count["counts"]
    return counts


def _symbols(parts: Iterable[SymbolRange]) -> Iterator[tuple[str, Slice, int]]:
    """Yield each symbol, the slice that holds it, and its rows on all exchanges."""
    found: dict[str, tuple[Slice, int]] = {}
    for part in parts:
        own = Slice(first=part.symbol, last=part.symbol, least_us=part.least_us, end_us=part.greatest_us + 1)
        known, rows = found.get(part.symbol, (own, 0))
        bounds = min(known.least_us, own.least_us), max(known.end_us, own.end_us)
        found[part.symbol] = replace(own, least_us=bounds[0], end_us=bounds[1]), rows + part.rows
    # By code points, as the files' order and their statistics are (both compare the bytes of UTF-8).
    yield from ((symbol, *found[symbol]) for symbol in sorted(found))
