"""Files of the table as record batches, wherever they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_file import SCHEMA
from schemahub._query.row_groups import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemahub._query.selection import Selection
    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile


def batches(
    store: ObjectStore, files: Iterable[DataFile], wanted: Selection, columns: Iterable[str]
) -> Iterator[pa.RecordBatch]:
    """Read file after file, without looking ahead: whoever stops early pays for no more (R7)."""
    names = list(columns)
    # Whether a column may be null is what each file's writer said of it.
    schema = pa.schema([SCHEMA.field(name) for name in names])
    tests = list(_tests(wanted))
    for file in files:
        for batch in read(store, file.key, wanted, {*names, *(name for name, _, _ in tests)}):
            found = _matching(batch, tests)
            if found.num_rows:
                yield found.select(names).cast(schema)


def _tests(wanted: Selection) -> Iterator[tuple[str, str, pa.Scalar]]:
    for name in ("exchange", "symbol", "trade_id"):
        if (text := getattr(wanted, name)) is not None:
            yield name, "equal", pa.scalar(text)
    if wanted.start_us is not None:
        yield "trade_ts", "greater_equal", _time(wanted.start_us)
    if wanted.end_us is not None:
        yield "trade_ts", "less", _time(wanted.end_us)


def _matching(batch: pa.RecordBatch, tests: list[tuple[str, str, pa.Scalar]]) -> pa.RecordBatch:
    for name, test, value in tests:
        mask = pc.call_function(test, [batch.column(name), value])
        # Most row groups match whole, or not at all.
        if not pc.all(mask).as_py():
            batch = batch.filter(mask)
    return batch


def _time(micros: int) -> pa.Scalar:
    return pa.scalar(micros, SCHEMA.field("trade_ts").type)
