"""Rows of one commit to files, rejected lines to the quarantine."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_order import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub._transform.job import TransformJob
    from schemahub._transform.parts import Part
    from schemahub.layout import StreamId
    from schemahub.table import DataFile, Snapshot


def write_files(job: TransformJob, base: Snapshot, parts: Sequence[Part], batch: str) -> list[DataFile]:
    """Store the rows of each day, in files of at most `rows_per_file`; none is visible yet."""
    days: defaultdict[str, list[pa.Table]] = defaultdict(list)
    for part in parts:
        for day, rows in _days(part.rows):
            days[day].append(rows)
    return [file for day in sorted(days) for file in _write_day(job, base, day, days.pop(day), batch)]


def _write_day(
    job: TransformJob, base: Snapshot, day: str, tables: list[pa.Table], batch: str
) -> Iterator[DataFile]:
    # In this order they mostly need no sorting any more.
    tables.sort(key=lambda rows: (rows["symbol"][0].as_py(), rows["trade_ts"][0].value))
    rows = pa.concat_tables(tables)
    most = job.files.rows_per_file
    if rows.num_rows <= most:
        yield job.table.write(base, day, rows, batch)
        return
    rows = in_order(rows)
    for number, first in enumerate(range(0, rows.num_rows, most)):
        yield job.table.write(base, day, rows.slice(first, most), f"{batch}_{number}")


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
    """Split by the UTC day of the trade; most objects are of one day or two."""
    if not rows.num_rows:
        return
    days = rows["trade_ts"].cast(pa.date32())
    bounds = pc.min_max(days)
    if bounds["min"] == bounds["max"]:
        yield bounds["min"].as_py().isoformat(), rows
        return
    for day in pc.unique(days):
        yield day.as_py().isoformat(), rows.filter(pc.equal(days, day))
