"""The table's order, (symbol, trade_ts, trade_id): looked at first, since rows mostly come in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

_KEY = ("symbol", "trade_ts", "trade_id", "exchange")
_GREATEST = str(2**63 - 1)


def in_order(table: pa.Table) -> pa.Table:
    """Sort by (symbol, trade_ts, trade_id), and by exchange where these are equal.

    Ids of digits alone, below 2**63, sort as the numbers they are, and before all others.
    """
    return with_ids_in_order(table)[0]


def with_ids_in_order(table: pa.Table) -> tuple[pa.Table, pa.ChunkedArray]:
    """Sort as `in_order` does; return the ids as numbers as well, null where they are none."""
    ids = numbers_or_null(table["trade_id"])
    if _ascends(table, ids):
        return table, ids
    keys = _sortable(table, ids)
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names])
    return table.unify_dictionaries().combine_chunks().take(order), ids.take(order)


def integers(ids: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray | None:
    """Return ids as integers; None unless all of them are digits alone, and below 2**63."""
    if (pc.max(pc.binary_length(ids)).as_py() or 0) > len(_GREATEST):
        return None
    try:
        numbers = ids.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    # The cast takes a sign as well; what is above zero has none.
    if (pc.min(numbers).as_py() or 0) > 0 or pc.all(pc.ascii_is_decimal(ids)).as_py() is not False:
        return numbers
    return None


def numbers_or_null(ids: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return ids as integers, null where `integers` would not take them."""
    found = integers(ids)
    if found is not None:
        return found
    length = pc.binary_length(ids)
    # Of texts as long as the greatest number, those that sort after it are greater numbers.
    small = pc.or_(
        pc.less(length, len(_GREATEST)),
        pc.and_(pc.equal(length, len(_GREATEST)), pc.less_equal(ids, _GREATEST)),
    )
    plain = pc.and_(pc.ascii_is_decimal(ids), small)
    return pc.if_else(plain, ids, pa.scalar(None, pa.string())).cast(pa.int64())


def encoded(names: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """Return texts as one dictionary array."""
    found = names if pa.types.is_dictionary(names.type) else pc.dictionary_encode(names)
    if not isinstance(found, pa.ChunkedArray):
        return found
    return found.chunk(0) if found.num_chunks == 1 else pa.concat_arrays(found.unify_dictionaries().chunks)


def _ascends(table: pa.Table, ids: pa.ChunkedArray) -> bool:
    """Tell whether each row comes after the one before it; whoever ties is left to the sorting.

    Chunk by chunk: what is made for the comparison stays small, and its memory is used again.
    """
    before: pa.RecordBatch | None = None
    for batch in _batches(table.select(_KEY).append_column("number", ids)):
        if before is not None and not _ascends_within(_pair(before, batch)):
            return False
        if not _ascends_within(batch):
            return False
        before = batch
    return True


def _batches(table: pa.Table) -> Iterator[pa.RecordBatch]:
    return (batch for batch in table.to_batches() if batch.num_rows)


def _pair(before: pa.RecordBatch, after: pa.RecordBatch) -> pa.RecordBatch:
    rows = pa.Table.from_batches([before.slice(before.num_rows - 1), after.slice(0, 1)])
    return rows.unify_dictionaries().combine_chunks().to_batches()[0]


def _ascends_within(batch: pa.RecordBatch) -> bool:
    symbols, times = _ranks(batch["symbol"]), batch["trade_ts"].cast(pa.int64()).to_numpy()
    same = symbols[1:] == symbols[:-1]
    later = (symbols[1:] > symbols[:-1]) | (same & (times[1:] > times[:-1]))
    if later.all():
        return True
    if not (later | (same & (times[1:] == times[:-1]))).all():
        return False
    # Ids that are no numbers are rare among exchanges that we know: not worth more than sorting them.
    if batch["number"].null_count:
        return False
    ids = batch["number"].to_numpy()
    return bool((later | (ids[1:] > ids[:-1])).all())


def _sortable(table: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    return pa.table(
        {
            "symbol": _ranks(table["symbol"]),
            "trade_ts": table["trade_ts"].cast(pa.int64()),
            "number": ids,
            "text": table["trade_id"],
            "exchange": _ranks(table["exchange"]),
        }
    )


def _ranks(names: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return, for each row, where its name stands among all names; there are few."""
    few = encoded(names)
    order = pc.sort_indices(few.dictionary).to_numpy()
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    found: npt.NDArray[np.int64] = ranks[few.indices.to_numpy()]
    return found
