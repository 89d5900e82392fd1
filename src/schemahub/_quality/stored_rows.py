"""The table's rows of some positions: reads the files that can have them, a few kept at hand."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemahub._lake.parquet_file import SCHEMA
from schemahub._quality.id_spans import POSITION_PATTERN
from schemahub._quality.raw_content import POSITION
from schemahub.errors import NotFound

if TYPE_CHECKING:
    from schemahub._quality.identity import Identity
    from schemahub._quality.table_scan import SymbolRows
    from schemahub.object_store import ObjectStore
    from schemahub.spans import Span

_KEPT = 4
"""Files' rows kept: neighbouring batches share a day's file, and a batch may touch two days."""
_EMPTY = SCHEMA.append(pa.field(POSITION, pa.int64())).empty_table()


class StoredRows:
    """One symbol's rows, looked up by position; memory is bounded by a few files (R7)."""

    def __init__(self, store: ObjectStore, identity: Identity, rows: SymbolRows) -> None:
        """Read nothing yet."""
        self.ids = rows.ids
        self.faults: list[str] = []
        """Files that could not be read; their rows count as missing."""
        self._store = store
        self._identity = identity
        self._places = rows.places
        self._kept: OrderedDict[str, pa.Table] = OrderedDict()

    def within(self, span: Span) -> pa.Table:
        """Return the rows whose id is in `span`, with their positions, in no order."""
        parts = [self._file(file.key) for file, bounds in self._places if bounds.clip(span)]
        return pa.concat_tables([_EMPTY, *(part.filter(_inside(part[POSITION], span)) for part in parts)])

    def _file(self, key: str) -> pa.Table:
        if key not in self._kept:
            self._kept[key] = self._read(key)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _read(self, key: str) -> pa.Table:
        exchange, symbol = self._identity
        only = [("exchange", "==", exchange), ("symbol", "==", symbol)]
        try:
            with self._store.open(key) as stream:
                # In this thread alone: none of Arrow's may hold the stream when it is closed.
                rows = pq.read_table(stream, filters=only, use_threads=False, pre_buffer=False)
        # Arrow reports a damaged file as one of its own errors, or as an OSError.
        except (NotFound, pa.ArrowException, OSError) as error:
            self.faults.append(f"{key}: {error}")
            return _EMPTY
        rows = rows.filter(pc.match_substring_regex(rows["trade_id"], POSITION_PATTERN)).cast(SCHEMA)
        return rows.append_column(POSITION, rows["trade_id"].cast(pa.int64()))


def _inside(positions: pa.ChunkedArray, span: Span) -> pa.ChunkedArray:
    return pc.and_(pc.greater_equal(positions, span.first), pc.less_equal(positions, span.last))
