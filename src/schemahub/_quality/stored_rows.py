"""The table's rows of some positions: reads the row groups that can have them, a few kept at hand."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import pyarrow as pa

from schemahub._lake.parquet_file import SCHEMA
from schemahub._quality.id_spans import inside, positions_or_null
from schemahub._quality.raw_content import POSITION
from schemahub._quality.row_groups import of_symbol, table_file
from schemahub._quality.steady import TRIES, too_fast
from schemahub.errors import IntegrityError, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._quality.identity import Identity
    from schemahub._quality.row_tally import Place, RowTally
    from schemahub.object_store import ObjectStore
    from schemahub.spans import Span

    Moved = Callable[[str], "RowTally | None"]

_KEPT = 8
"""Row groups kept: neighbouring batches share some, and a batch may touch several and two days."""
_EMPTY = SCHEMA.append(pa.field(POSITION, pa.int64())).empty_table()


class StoredRows:
    """One symbol's rows, looked up by position; memory is bounded by a few row groups (R7).

    `moved` is asked when a file is gone: it returns where the rows are now, or None if they are lost.
    """

    def __init__(self, store: ObjectStore, identity: Identity, rows: RowTally, moved: Moved) -> None:
        """Read nothing yet."""
        self.rows = rows.rows
        self.faults: list[str] = []
        """Files that could not be read; their rows count as missing."""
        self._store = store
        self._identity = identity
        self._places = rows.places
        self._moved = moved
        self._kept: OrderedDict[tuple[str, int], pa.Table] = OrderedDict()

    def within(self, span: Span) -> pa.Table:
        """Return the rows whose id is in `span`, with their positions, in no order."""
        for _ in range(TRIES):
            try:
                return self._within(span)
            except NotFound as gone:
                self._follow(gone)
        raise too_fast()

    def _within(self, span: Span) -> pa.Table:
        parts = [self._rows(place) for place in self._places if place.span.clip(span)]
        return pa.concat_tables([_EMPTY, *(part.filter(inside(part[POSITION], span)) for part in parts)])

    def _follow(self, gone: NotFound) -> None:
        key = gone.where or ""
        rows = self._moved(key)
        if rows is None:
            self.faults.append(str(gone))
        self._places = (
            rows.places if rows is not None else [place for place in self._places if place.key != key]
        )

    def _rows(self, place: Place) -> pa.Table:
        name = place.key, place.group
        if name not in self._kept:
            self._kept[name] = self._read(place)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(name)
        return self._kept[name]

    def _read(self, place: Place) -> pa.Table:
        try:
            with table_file(self._store, place.key) as file:
                rows = of_symbol(self._identity, file.group(place.group, SCHEMA.names))
        except IntegrityError as error:
            self.faults.append(str(error))
            return _EMPTY
        positions = positions_or_null(rows["trade_id"])
        return rows.cast(SCHEMA).append_column(POSITION, positions).filter(positions.is_valid())
