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
    from schemahub_mapping.digits import Bools, Numbers
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
    search = _Search(forms, data, starts)
    for length, lines in _by_length(ends - starts):
        if not search.goes_on_with(length, lines):
            return None
    left = search.left
    return None if len(left) * _MOST_LEFT > len(starts) else search.filled.fields(mapping, left)


@functools.lru_cache(maxsize=64)
def _forms(mapping: Mapping) -> Forms | None:
    return Forms.of(mapping)


def _by_length(lengths: Numbers) -> Iterator[tuple[int, Numbers]]:
    """Yield the lines of each length, those of the most frequent length first."""
    lengths = np.minimum(lengths, _LONGEST).astype(np.int16)
    counts = np.bincount(lengths)
    for length in np.argsort(-counts, kind="stable").tolist():
        if not counts[length]:
            return
        yield length, np.flatnonzero(lengths == length)


class _Search:
    """Form by form, reads the lines that have it, until it leads nowhere."""

    def __init__(self, forms: Forms, data: bytes, starts: Numbers) -> None:
        self.filled = Filled(forms, data, len(starts))
        self._forms = forms
        self._data = data
        self._starts = starts
        self._left: list[Numbers] = []
        self._tried = self._seldom = self._found = 0

    @property
    def left(self) -> Numbers:
        """Return the lines of no form, in no order."""
        return np.concatenate([np.zeros(0, np.int64), *self._left])

    def goes_on_with(self, length: int, lines: Numbers) -> bool:
        """Read what lines of one length say; False if to go on is worth nothing."""
        failures = 0 if _SHORTEST <= length < _LONGEST else _MOST_FAILURES
        while len(lines) and failures < _MOST_FAILURES and self._tried < _MOST_FORMS:
            fit = self._read(length, lines)
            found = int(np.count_nonzero(fit))
            failures += not found
            self._found += found
            self._tried += 1
            self._seldom += found * _FEW < len(self._starts)
            if self._seldom > _MOST_FAILURES and self._found * _MOST_LEFT < len(self._starts):
                return False
            if not fit[0]:  # it was tried
                self._left.append(lines[:1])
                fit[0] = True
            lines = lines[~fit]
        self._left.append(lines)
        return True

    def _read(self, length: int, lines: Numbers) -> Bools:
        """Read the lines that have the first one's form; return which these are."""
        first = int(self._starts[lines[0]])
        form = self._forms.of_line(self._data[first : first + length])
        if form is None:
            return np.zeros(len(lines), np.bool_)
        return self.filled.add(form, lines, self._starts)
