"""Integers out of texts that are nothing else."""

from __future__ import annotations

import pyarrow as pa


def integers(values: pa.Array) -> pa.Array | None:
    """Return `values` as int64 if every one is an integer, written the way Python would print it."""
    if pa.types.is_int64(values.type):
        return values
    if not pa.types.is_string(values.type) or _cast(few_of(values)) is None:
        return None
    return _cast(values)


def few_of(values: pa.Array) -> pa.Array:
    """Return the first, a middle and the last value.

    To try a cast on these first is cheap, and to fail on a whole array is not: pyarrow words an error for
    every single value.
    """
    last = len(values) - 1
    return values.take(pa.array([0, last // 2, last])) if len(values) > 2 else values  # noqa: PLR2004 - three


def _cast(values: pa.Array) -> pa.Array | None:
    try:
        found = values.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    # A plain cast takes "0x10" for sixteen, and "01" and "-0" as well.
    return found if found.cast(pa.string()).equals(values) else None
