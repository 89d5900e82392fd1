"""Rows of one commit to files, rejected lines to the quarantine."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub._transform.job import TransformJob
    from schemahub._transform.read import Part
    from schemahub.layout import StreamId
    from schemahub.table import DataFile, Snapshot


def write_files(job: TransformJob, base: Snapshot, parts: Sequence[Part], batch: str) -> list[DataFile]:
    """Store one file for each day that the rows fall on; none is visible yet."""
    if not parts:
        return []
    rows = pa.concat_tables([part.rows for part in parts])
    return [job.table.write(base, day, of_day, batch) for day, of_day in _days(rows)]


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
    """Split by the UTC day of the trade."""
    rows = rows.take(pc.sort_indices(rows["trade_ts"]))
    days = pc.run_end_encode(rows["trade_ts"].combine_chunks().cast(pa.date32()))
    first = 0
    for day, end in zip(days.values.to_pylist(), days.run_ends.to_pylist(), strict=True):
        yield day.isoformat(), rows.slice(first, end - first)
        first = end
