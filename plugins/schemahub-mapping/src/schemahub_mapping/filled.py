"""Room for the values of a batch, filled by lines of one form at a time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from schemahub_mapping.digits import blocks
from schemahub_mapping.place import Reading
from schemahub_mapping.raw_fields import RawFields
from schemahub_mapping.texts import places, texts_at
from schemahub_mapping.times import TIME

if TYPE_CHECKING:
    import numpy.typing as npt

    from schemahub_mapping.digits import Bools, Numbers, Words
    from schemahub_mapping.form import Form, Forms
    from schemahub_mapping.spec import Field, Mapping


class Filled:
    """The values of the lines that were of some form; those of the others mean nothing."""

    def __init__(self, forms: Forms, data: bytes, count: int) -> None:
        """Make room for the values of all lines of `data`."""
        self._wanted = forms.wanted
        self._data = data
        self._count = count
        self._listed: defaultdict[Field, dict[bytes, int]] = defaultdict(dict)
        self._names: dict[Field, None] = {}
        self._values: dict[Field, npt.NDArray[Any]] = {
            field: np.empty(count, np.float64 if reading is Reading.DOUBLE else np.int64)
            for field, reading in forms.wanted.items()
        }

    def add(self, form: Form, lines: Numbers, starts: Numbers) -> Bools:
        """Take the values of lines as long as the form; return which of the lines had it."""
        return np.concatenate(
            [self._add(form, some, starts[some]) for some in blocks(lines, 8 * len(form.template))]
        )

    def _add(self, form: Form, lines: Numbers, starts: Numbers) -> Bools:
        words, fit = form.words(self._data, starts)
        found = np.count_nonzero(fit)
        if not found:
            return fit
        if found * 2 < len(fit):  # worth a copy
            words, some, begins = words[:, fit], lines[fit], starts[fit]
            fit[fit] = self._take(form, words, some, begins, fit[fit])
        else:
            # What lines of other forms get here is overwritten by theirs, or never read.
            fit &= self._take(form, words, lines, starts, fit)
        return fit

    def _take(
        self, form: Form, words: Words, lines: Numbers, starts: Numbers, fit: Bools
    ) -> Bools | np.bool_:
        """Take all values; return which lines are sound beyond being of the form."""
        sound: Bools | np.bool_ = np.True_
        self._names |= form.names
        for field, text in form.listed:
            listed = self._listed[field]
            self._values[field][lines] = listed.setdefault(text, len(listed))
        for field, start, length in form.printed:
            self._values[field][lines] = places(starts + start, length)
        numbers = form.chunks.numbers(words)
        for field, rows, read in form.read:
            self._values[field][lines], good = read(numbers[rows], fit)
            sound = sound & good
        return sound

    def fields(self, mapping: Mapping, left: Numbers) -> RawFields:
        """Return what was read, of all lines but those that are left."""
        some = np.delete(np.arange(self._count), left) if len(left) else slice(None)
        values = {field: self._values[field][some] for field in self._wanted}
        return RawFields(
            arrays={field: self._array(field, each) for field, each in values.items()},
            whole={field: pa.array(values[field]) for field in self._read_as(Reading.EPOCH)},
            printed=frozenset(self._read_as(Reading.PRINTED)),
            lines=range(self._count) if isinstance(some, slice) else some.tolist(),
            left=tuple(left.tolist()),
            drift=mapping.unnamed(self._names),
        )

    def _read_as(self, reading: Reading) -> list[Field]:
        return [field for field, wanted in self._wanted.items() if wanted is reading]

    def _array(self, field: Field, values: npt.NDArray[Any]) -> pa.Array:
        match self._wanted[field]:
            case Reading.LISTED:
                texts = pa.array([text.decode() for text in self._listed[field]], pa.string())
                return pa.DictionaryArray.from_arrays(values.astype(np.int32), texts, safe=False)
            case Reading.PRINTED:
                return texts_at(self._data, values)
            case Reading.ISO_TIME:
                return pa.array(values).view(TIME)
            case _:
                return pa.array(values)
