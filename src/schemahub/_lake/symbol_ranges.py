"""What rows hold of each symbol: counts, times and ids, as the manifest says it of a file."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_order import encoded, numbers_or_null
from schemahub.table import SymbolRange

_NAMES = ("exchange", "symbol")
_HOW = {
    "rows": "sum",
    "least_us": "min",
    "greatest_us": "max",
    "least_id": "min",
    "greatest_id": "max",
}


def symbol_ranges(table: pa.Table, ids: pa.ChunkedArray | None = None) -> tuple[SymbolRange, ...]:
    """Describe what rows hold, per exchange and symbol; `ids` are their trade ids as numbers or null.

    Rows mostly come by symbol, so runs of them are described first; Arrow groups those, which are few.
    """
    if not table.num_rows:
        return ()
    runs = _runs(table, numbers_or_null(table["trade_id"]) if ids is None else ids)
    found = runs.group_by(_NAMES, use_threads=False).aggregate([*_HOW.items(), ("known", "all")])
    columns = {name: found[name] for name in _NAMES}
    columns |= {name: found[f"{name}_{how}"] for name, how in _HOW.items()}
    for name in ("least_id", "greatest_id"):
        columns[name] = pc.if_else(found["known_all"], columns[name], None)
    parts = (SymbolRange(**part) for part in pa.table(columns).to_pylist())
    return tuple(sorted(parts, key=lambda part: (part.exchange, part.symbol)))


def _runs(table: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    """Return a row for each run of rows of one exchange and symbol."""
    names = {name: encoded(table[name]) for name in _NAMES}
    changes = np.zeros(table.num_rows - 1, np.bool_)
    for each in names.values():
        if len(each.dictionary) > 1:
            codes = each.indices.to_numpy()
            changes |= codes[1:] != codes[:-1]
    starts = np.append(0, np.flatnonzero(changes) + 1)
    times, numbers = table["trade_ts"].cast(pa.int64()).to_numpy(), ids.fill_null(0).to_numpy()
    known = np.logical_and.reduceat(ids.is_valid().to_numpy(), starts) if ids.null_count else True
    return pa.table(
        {
            **{name: each.take(pa.array(starts)) for name, each in names.items()},
            "rows": np.diff(np.append(starts, table.num_rows)),
            "least_us": np.minimum.reduceat(times, starts),
            "greatest_us": np.maximum.reduceat(times, starts),
            "least_id": np.minimum.reduceat(numbers, starts),
            "greatest_id": np.maximum.reduceat(numbers, starts),
            "known": np.broadcast_to(known, starts.shape),
        }
    )
