"""The table's order, (symbol, trade_ts, trade_id): checked first, since rows mostly come in it."""

from __future__ import annotations

from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

_MOST_DIGITS = 18
"""Any number of so many digits fits 64 bits."""


def in_order(table: pa.Table) -> pa.Table:
    """Sort by (symbol, trade_ts, trade_id); ids that are integers sort as such, and before all others."""
    table = table.unify_dictionaries()
    keys = _keys(table)
    if _ascend(keys):
        return table
    sorting = pa.table({str(place): key for place, key in enumerate(keys)})
    order = pc.sort_indices(sorting, sort_keys=[(name, "ascending") for name in sorting.column_names])
    return table.combine_chunks().take(order)


def integers(ids: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return ids as integers; None unless all of them are."""
    longest = pc.max(pc.binary_length(ids)).as_py() or 0
    plain = longest <= _MOST_DIGITS and pc.all(pc.ascii_is_decimal(ids)).as_py()
    return ids.cast(pa.int64()) if plain else None


def _keys(table: pa.Table) -> list[pa.Array]:
    numbers = integers(table["trade_id"])
    ids = [numbers] if numbers is not None else _mixed(table["trade_id"])
    times = table["trade_ts"].cast(pa.int64())
    keys = [_ranks(table["symbol"]), times, *ids, _ranks(table["exchange"])]
    return [key.combine_chunks() if isinstance(key, pa.ChunkedArray) else key for key in keys]


def _mixed(ids: pa.ChunkedArray) -> list[pa.ChunkedArray]:
    plain = pc.and_(pc.ascii_is_decimal(ids), pc.less_equal(pc.binary_length(ids), _MOST_DIGITS))
    # Sorting puts nulls last, comparing does not: a number above all others stands for no number.
    numbers = pc.if_else(plain, ids, pa.scalar(None, pa.string())).cast(pa.int64())
    return [pc.fill_null(numbers, 2**63 - 1), ids]


def _ranks(names: pa.ChunkedArray) -> pa.Array:
    """Return, for each row, where its name stands among all names; there are few."""
    encoded = names if pa.types.is_dictionary(names.type) else pc.dictionary_encode(names)
    chunk = encoded.unify_dictionaries().combine_chunks()
    if isinstance(chunk, pa.ChunkedArray):  # no rows at all
        return pa.array([], pa.int64())
    order = pc.sort_indices(chunk.dictionary)
    return pc.sort_indices(order).take(chunk.indices).cast(pa.int64())


def _ascend(keys: list[pa.Array]) -> bool:
    """Tell whether each row is at or after the one before it."""
    if not len(keys[0]):
        return True
    pairs = [(key[:-1], key[1:]) for key in keys]
    # From the last key to the first: a row is fine if its key is greater, or equal and the rest is fine.
    last = pc.less_equal(*pairs[-1])
    fine = reduce(
        lambda rest, pair: pc.or_(pc.less(*pair), pc.and_(pc.equal(*pair), rest)), reversed(pairs[:-1]), last
    )
    return bool(pc.all(fine).as_py() in (True, None))
