"""Room for the values of a batch, filled by lines of one form at a time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from schemahub_mapping.digits import blocks
from schemahub_mapping.fixed_values import value_of
from schemahub_mapping.form import Forms, Reading
from schemahub_mapping.raw_fields import RawFields
from schemahub_mapping.texts import places, texts_at
from schemahub_mapping.times import TIME

if TYPE_CHECKING:
    import numpy.typing as npt

    from schemahub_mapping.digits import Numbers, Words
    from schemahub_mapping.form import Form
    from schemahub_mapping.spec import Field, Mapping

    Bools = npt.NDArray[np.bool_]


class Filled:
    """The values of the lines that were of some form; those of the others mean nothing."""

    def __init__(self, forms: Forms, data: bytes, count: int) -> None:
        """Make room for the values of all lines of `data`."""
        self.forms = forms
        self._data = data
        self.done = np.zeros(count, np.bool_)
        self.tried = self.seldom = 0
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
        if not fit.any():
            return fit
        if np.count_nonzero(fit) * 2 < len(fit):  # worth a copy
            words, some, begins = words[:, fit], lines[fit], starts[fit]
            fit[fit] = self._take(form, words, some, begins, fit[fit])
        else:
            # What lines of other forms get here is overwritten by theirs, or never read.
            fit &= self._take(form, words, lines, starts, fit)
        self.done[lines] = fit
        return fit

    def _take(
        self, form: Form, words: Words, lines: Numbers, starts: Numbers, fit: Bools
    ) -> Bools | np.bool_:
        """Take all values; return which lines are sound beyond being of the form."""
        sound: Bools | np.bool_ = np.True_
        numbers = form.chunks.numbers(words)
        for place, rows in form.places:
            self._names[place.field] = None
            if place.reading is Reading.LISTED:
                listed = self._listed[place.field]
                self._values[place.field][lines] = listed.setdefault(place.text, len(listed))
                continue
            values, good = value_of(place, numbers[rows], fit)
            sound = sound & good
            if place.reading is Reading.PRINTED:
                values = places(starts + place.start, len(place.text))
            if values is not None:
                self._values[place.field][lines] = values
        return sound

    def fields(self, mapping: Mapping, left: Numbers) -> RawFields:
        """Return what was read."""
        some = slice(None) if not len(left) else np.flatnonzero(self.done)
        values = {field: self._values[field][some] for field in self.forms.wanted}
        return RawFields(
            arrays={field: self._array(field, each) for field, each in values.items()},
            whole={field: pa.array(values[field]) for field in self._read_as(Reading.EPOCH)},
            printed=frozenset(self._read_as(Reading.PRINTED)),
            lines=range(len(self.done)) if isinstance(some, slice) else some.tolist(),
            left=tuple(left.tolist()),
            drift=mapping.unnamed(self._names),
        )

    def _read_as(self, reading: Reading) -> list[Field]:
        return [field for field, wanted in self.forms.wanted.items() if wanted is reading]

    def _array(self, field: Field, values: npt.NDArray[Any]) -> pa.Array:
        match self.forms.wanted[field]:
            case Reading.LISTED:
                texts = pa.array([text.decode() for text in self._listed[field]], pa.string())
                return pa.DictionaryArray.from_arrays(values.astype(np.int32), texts, safe=False)
            case Reading.PRINTED:
                return texts_at(self._data, values)
            case Reading.ISO_TIME:
                return pa.array(values).view(TIME)
            case _:
                return pa.array(values)
