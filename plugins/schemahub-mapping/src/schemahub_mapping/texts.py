"""Texts cut out of the middle of a batch, a whole column at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import numpy.typing as npt

    from schemahub_mapping.digits import Numbers

_LENGTH_BITS = 5


def places(begins: Numbers, length: int) -> Numbers:
    """Return where texts of one length, below 32, begin and how long they are: a number for each."""
    return begins << _LENGTH_BITS | length


def texts_at(data: bytes, at: Numbers) -> pa.Array:
    """Return the texts at such places; they mostly have one length."""
    begins, lengths = at >> _LENGTH_BITS, at & ((1 << _LENGTH_BITS) - 1)
    if not len(at):
        return pa.array([], pa.string())
    if (lengths == lengths[0]).all():
        return _cut(data, begins, int(lengths[0]))
    order = np.argsort(lengths, kind="stable")
    parts = [_cut(data, begins[lengths == length], length) for length in np.unique(lengths).tolist()]
    return pa.concat_arrays(parts).take(pa.array(np.argsort(order)))


def _cut(data: bytes, begins: Numbers, length: int) -> pa.Array:
    windows: npt.NDArray[np.void] = np.ndarray((len(data) - length + 1,), f"V{length}", data, 0, (1,))
    # Arrow would look once more whether they are UTF-8: each byte of them is known to be a digit.
    ends = pa.array(np.arange(len(begins) + 1) * length).cast(pa.int32())
    return pa.StringArray.from_buffers(len(begins), ends.buffers()[1], pa.py_buffer(windows[begins]))
