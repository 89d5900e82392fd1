"""The first path: lines whose values stand at fixed places, read by arithmetic on whole columns."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from schemahub_mapping.filled import Filled
from schemahub_mapping.form import Forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.transformer import RawLines
    from schemahub_mapping.digits import Numbers
    from schemahub_mapping.raw_fields import RawFields
    from schemahub_mapping.spec import Mapping

_MOST_LEFT = 4
"""One line in so many may be of no form; with more, another path is better for all."""
_FEW = 64
"""A form that one line in so many has is worth its cost."""
_MOST_FORMS = 120
_MOST_FAILURES = 3
"""Lines of one length that are of no form: the others of that length are left as well. Where so many of
the first lines are of forms that hardly any other line has, all are left."""
_SHORTEST, _LONGEST = 8, 4096


def parse_fixed(batch: RawLines, mapping: Mapping) -> RawFields | None:
    """Return the fields of the lines that are of some form, and in `left` the lines that are another path's.

    Nothing is taken on trust: each byte of a line that is not left was compared with its form's, or is one
    of the digits that a value was made of. None where too few lines share their forms.
    """
    forms = _forms(mapping)
    data, ends = batch.data, batch.ends
    if forms is None or not data.isascii():
        return None
    starts = np.zeros(len(ends), np.int64)
    starts[1:] = ends[:-1] + 1
    lengths = ends - starts
    filled = Filled(forms, data, len(starts))
    for lines in _of_one_length(lengths):
        if not _fill(filled, data, lines, starts, int(lengths[lines[0]])):
            return None
    left = np.flatnonzero(~filled.done)
    if len(left) * _MOST_LEFT > len(starts):
        return None
    return filled.fields(mapping, left)


@functools.lru_cache(maxsize=64)
def _forms(mapping: Mapping) -> Forms | None:
    return Forms.of(mapping)


def _of_one_length(lengths: Numbers) -> Iterator[Numbers]:
    """Yield the lines of each length, those of the most frequent length first."""
    lengths = np.minimum(lengths, _LONGEST).astype(np.int16)
    counts = np.bincount(lengths)
    for length in np.argsort(-counts, kind="stable").tolist():
        if not counts[length]:
            return
        if _SHORTEST <= length < _LONGEST:
            yield np.flatnonzero(lengths == length)


def _fill(filled: Filled, data: bytes, lines: Numbers, starts: Numbers, length: int) -> bool:
    """Read what lines of one length say, form by form; False if that leads nowhere."""
    failures, count = 0, len(filled.done)
    while len(lines) and failures < _MOST_FAILURES and filled.tried < _MOST_FORMS:
        first = int(starts[lines[0]])
        form = filled.forms.of_line(data[first : first + length])
        fit = np.zeros(len(lines), np.bool_) if form is None else filled.add(form, lines, starts)
        found = int(np.count_nonzero(fit))
        failures += not found
        filled.tried += 1
        filled.seldom += found * _FEW < count
        if filled.seldom > _MOST_FAILURES and np.count_nonzero(filled.done) * _MOST_LEFT < count:
            return False
        fit[0] = True  # whatever it was, it was tried
        lines = lines[~fit]
    return True
