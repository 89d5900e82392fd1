"""The deep proof of one stream: every raw line read, and the table's rows made anew from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from schemahub._lake.parquet_file import SCHEMA
from schemahub._quality.checks import Check, counted, failed, note, ok, ranges
from schemahub._quality.id_spans import inside, spans_of
from schemahub._quality.raw_content import POSITION, Content, read_content
from schemahub.errors import IntegrityError, NotFound
from schemahub.events import FileChecked
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from typing import Self

    import pyarrow as pa

    from schemahub._clock import Stop
    from schemahub._quality.raw_names import Listing
    from schemahub._quality.source import Source
    from schemahub._quality.stored_rows import StoredRows
    from schemahub.errors import SchemahubError
    from schemahub.transformer import Transformer

_SHOWN = 3


@dataclass(slots=True)
class Reading:
    """What reading a stream's raw objects showed, and how the table differs from it.

    Of sound data nothing is kept, however long the history is (R7): `other` are rows of the table that an
    object has not, or has otherwise, `lost` those that it has and the table has not. `shared` are positions
    of several objects; there the row of either will do, so `same` keeps which are like one of them.
    """

    listing: Listing
    covered: SpanSet
    shared: SpanSet
    objects: int = 0
    faults: list[str] = field(default_factory=list)
    rejected: SpanSet = field(default_factory=SpanSet)
    other: SpanSet = field(default_factory=SpanSet)
    lost: SpanSet = field(default_factory=SpanSet)
    same: SpanSet = field(default_factory=SpanSet)
    backward_steps: int = 0

    @classmethod
    def of(cls, listing: Listing, covered: SpanSet) -> Self:
        """Begin to read a stream's objects; the table covers these positions."""
        shared = SpanSet.of(each.span for each in listing.overlaps())
        return cls(listing=listing, covered=covered, shared=shared)

    def fail(self, error: SchemahubError, table: pa.Table | None) -> None:
        """Note that an object could not be read: what the table has of it, it has of nothing."""
        self.faults.append(str(error))
        if table is not None:
            self.other |= spans_of(table[POSITION].combine_chunks())[0]

    def add(self, key: str, content: Content, table: pa.Table | None) -> None:
        """Take in one object, and the table's rows of its positions where they are compared."""
        self.objects += 1
        self.backward_steps += content.backward_steps
        self.rejected |= spans_of(content.rejected)[0]
        misplaced = spans_of(content.misplaced)[0]
        if misplaced:
            self.faults.append(f"{key}: lines of other trades at {ranges(misplaced)}")
        if table is not None:
            self._compare(content.rows, table)

    def _compare(self, fresh: pa.Table, stored: pa.Table) -> None:
        same, there = same_rows(fresh, stored), stored[POSITION].combine_chunks()
        self.other |= _without(there, same)
        self.lost |= _without(fresh[POSITION].combine_chunks(), there) & self.covered
        for span in self.shared:
            self.same |= spans_of(same.filter(inside(same, span)))[0]


def read_stream(
    reading: Reading, source: Source, transformer: Transformer, table: StoredRows | None, stop: Stop
) -> None:
    """Read all objects of a stream, one at a time, in order of their positions."""
    for stored in reading.listing.objects:
        stop.check()
        rows = table.within(stored.name.span) if table else None
        try:
            content = read_content(source.raw, stored, transformer)
        except (IntegrityError, NotFound) as error:
            reading.fail(error, rows)
        else:
            reading.add(stored.key, content, rows)
        source.emit(FileChecked(key=stored.key))


def same_rows(fresh: pa.Table, stored: pa.Table) -> pa.Array:
    """Return the positions of `stored` rows that equal the `fresh` row of that position in every column."""
    at = pc.index_in(stored[POSITION].combine_chunks(), value_set=fresh[POSITION].combine_chunks())
    stored = stored.filter(at.is_valid())
    twin = fresh.take(at.drop_null())
    equal = (pc.equal(stored[name], twin[name]) for name in SCHEMA.names)
    return stored[POSITION].filter(reduce(pc.and_, equal)).combine_chunks()


def check_content(reading: Reading) -> list[Check]:
    """Check that each object can be read and each line is the trade that its place says."""
    if reading.faults:
        more = f"; and {len(reading.faults) - _SHOWN:,} more" if len(reading.faults) > _SHOWN else ""
        return [failed("raw content", "; ".join(reading.faults[:_SHOWN]) + more)]
    found = f"{counted(reading.objects, 'object')} read: each line is the trade that the name says"
    checks = [ok("raw content", found)]
    if reading.rejected:
        evidence = f"no rows can be made of, so their ids are not checked: {ranges(reading.rejected)}"
        checks.append(note("raw lines", evidence))
    if reading.backward_steps:
        older = counted(reading.backward_steps, "trade")
        evidence = f"{older} older than the one before in its batch, as the exchange has them"
        checks.append(note("time order", evidence))
    return checks


def check_table_content(reading: Reading, table: StoredRows) -> Check:
    """Check that the table's rows are what raw gives today, and that none is left out.

    Where batches overlap, the row of either will do.
    """
    if table.faults:
        return failed("table content", "; ".join(table.faults[:_SHOWN]))
    other = reading.other - reading.same
    if other:
        return failed("table content", f"rows that are not what raw gives: {ranges(other)}")
    if reading.lost:
        return failed("table content", f"raw has a row, the table has none: {ranges(reading.lost)}")
    return ok("table content", f"{counted(table.rows, 'row')} equal to those made anew from raw")


def _without(positions: pa.Array, others: pa.Array) -> SpanSet:
    return spans_of(positions.filter(pc.invert(pc.is_in(positions, value_set=others))))[0]
