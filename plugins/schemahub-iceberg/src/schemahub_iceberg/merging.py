"""Rows into a day that may hold some of them already: the day written anew, and switched in one commit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemahub.errors import IntegrityError
from schemahub.table import Claim
from schemahub.transformer import UNIFIED_COLUMNS
from schemahub_iceberg.nonces import fresh

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore
    from schemahub.table import Snapshot, Table
    from schemahub.transformer import ArrowStream

_TYPES = {"string": pa.string(), "double": pa.float64(), "timestamp[us, UTC]": pa.timestamp("us", tz="UTC")}
SCHEMA = pa.schema([(name, _TYPES[kind]) for name, kind in UNIFIED_COLUMNS])
"""The unified columns, as Arrow's types."""
_KEY = ("exchange", "symbol", "trade_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """How many rows were new, how many replaced others, and how many the day has now."""

    added: int
    replaced: int
    rows: int


def merged(table: Table, store: ObjectStore, trade_date: str, rows: ArrowStream) -> Merged:
    """See `IcebergTable.merge`.

    The day's next generation is claimed first, as by a compaction: no other writer's files get into it.
    """
    new = _last_of_each(_of_day(pa.table(rows), trade_date))
    base, claim = _claimed(table, trade_date)
    old = pa.concat_tables([SCHEMA.empty_table(), *(_read(store, key) for key in claim.inputs)])
    kept = old.filter(pc.invert(pc.is_in(_keys(old), value_set=_keys(new))))
    generations = {**base.generations, trade_date: claim.generation}
    ahead = dataclasses.replace(base, generations=generations)
    whole = pa.concat_tables([kept, new])
    file = table.write(ahead, trade_date, whole, claim.recipe)
    others = tuple(one for one in base.files if one.trade_date != trade_date)
    claims = {day: kept for day, kept in base.claims.items() if day != trade_date}
    after = dataclasses.replace(ahead, files=(*others, file), claims=claims)
    table.commit(base, after)
    replaced = old.num_rows - kept.num_rows
    return Merged(added=new.num_rows - replaced, replaced=replaced, rows=file.rows)


def _claimed(table: Table, day: str) -> tuple[Snapshot, Claim]:
    base = table.snapshot()
    inputs = tuple(sorted(file.key for file in base.files if file.trade_date == day))
    newest = max(base.generation_of(day), base.claims[day].generation if day in base.claims else 0)
    claim = Claim(generation=newest + 1, inputs=inputs, recipe=f"merge_{fresh().hex}")
    return table.commit(base, dataclasses.replace(base, claims={**base.claims, day: claim})), claim


def _of_day(rows: pa.Table, day: str) -> pa.Table:
    rows = rows.select(SCHEMA.names).cast(SCHEMA)
    start = date.fromisoformat(day)
    if rows.num_rows and set(pc.unique(rows["trade_ts"].cast(pa.date32())).to_pylist()) != {start}:
        msg = "rows of another day"
        raise IntegrityError(msg, expected=day)
    return rows


def _read(store: ObjectStore, key: str) -> pa.Table:
    with store.open(key) as stream:
        return pq.read_table(stream, schema=SCHEMA)


def _keys(rows: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(*(rows[name].cast(pa.string()) for name in _KEY), "\0")


def _last_of_each(rows: pa.Table) -> pa.Table:
    numbered = pa.table({"key": _keys(rows), "number": np.arange(rows.num_rows)})
    last = numbered.group_by("key").aggregate([("number", "max")])["number_max"]
    return rows.take(last)
