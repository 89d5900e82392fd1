"""Rows of one commit to files, rejected lines to the quarantine."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_order import in_order as sorted_rows
from schemahub._parallel import in_order, threads_for
from schemahub.layout import trade_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub._transform.job import TransformJob
    from schemahub._transform.parts import Part
    from schemahub.layout import StreamId
    from schemahub.settings import FileSettings
    from schemahub.table import DataFile, Snapshot

_DAY_US = 86_400_000_000
_FEW_ROWS = 100_000
"""Of one day: to encode so many takes no longer than to store them does, where the store is far away."""
_ROW_BYTES = {"zstd": 10, "snappy": 18}
"""About so many bytes of a file are one trade's."""


def write_files(job: TransformJob, base: Snapshot, parts: Sequence[Part], batch: str) -> list[DataFile]:
    """Store the rows of each day, in files of the wanted size; none is visible yet.

    Days of few rows are written side by side, since they wait for the store; those of many are encoded, and
    two threads that do that cost more than one. Neither names nor bytes depend on it (R10).
    """
    days: defaultdict[str, list[pa.Table]] = defaultdict(list)
    for part in parts:
        for day, rows in _days(part.rows):
            days[day].append(rows)

    def write(day: str) -> list[DataFile]:
        return list(_write_day(job, base, day, days[day], batch))

    few = sum(part.rows.num_rows for part in parts) < _FEW_ROWS * len(days)
    threads = job.settings.threads if few else 1
    with (
        threads_for(threads, "write") as pool,
        closing(in_order(pool, write, sorted(days), threads)) as files,
    ):
        return [file for of_day in files for file in of_day]


def _write_day(
    job: TransformJob, base: Snapshot, day: str, tables: list[pa.Table], batch: str
) -> Iterator[DataFile]:
    job.stop.check()
    # In this order they mostly need no sorting any more.
    tables.sort(key=lambda rows: (rows["symbol"][0].as_py(), rows["trade_ts"][0].value))
    rows = pa.concat_tables(tables)
    most = _most_rows(job.files)
    if rows.num_rows <= most:
        yield job.table.write(base, day, rows, batch)
        return
    rows = sorted_rows(rows)
    for number, first in enumerate(range(0, rows.num_rows, most)):
        yield job.table.write(base, day, rows.slice(first, most), f"{batch}_{number}")


def _most_rows(files: FileSettings) -> int:
    return max(1, min(files.rows_per_file, files.bytes_per_file // _ROW_BYTES[files.compression]))


def write_quarantine(job: TransformJob, parts: Sequence[Part], batch: str) -> None:
    """Store the rejected lines, one object a stream, each with its rule and where it stands in raw.

    Bytes that are no UTF-8 are shown escaped; `source` and `line` lead to the very bytes.
    """
    texts: defaultdict[StreamId, str] = defaultdict(str)
    for part in parts:
        texts[part.stored.stream] += "".join(_entries(part))
    for stream, text in texts.items():
        if text:
            job.store.put_new(f"{stream.quarantine_prefix}{batch}.jsonl", text.encode())


def _entries(part: Part) -> Iterator[str]:
    for line in part.rejected:
        entry = {
            "rule": line.rule,
            "source": part.stored.key,
            "line": line.line,
            "data": line.data.decode("utf-8", "backslashreplace"),
        }
        yield json.dumps(entry) + "\n"


def _days(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Split by the UTC day of the trade; most objects are of one day or two.

    A day comes more than once where late trades stand between those of the next.
    """
    if not rows.num_rows:
        return
    bounds = pc.min_max(rows["trade_ts"].cast(pa.int64()))
    first, last = (bounds[name].as_py() // _DAY_US for name in ("min", "max"))
    if first == last:
        yield trade_date(first * _DAY_US), rows
        return
    days = rows["trade_ts"].cast(pa.int64()).to_numpy() // _DAY_US
    cuts = [0, *(np.flatnonzero(days[1:] != days[:-1]) + 1).tolist(), len(days)]
    for begin, end in pairwise(cuts):
        yield trade_date(int(days[begin]) * _DAY_US), rows.slice(begin, end - begin)
