"""The raw fields of a sample with some of their values, as they are written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from schemahub_mapping.raw_lines import split_lines

if TYPE_CHECKING:
    from schemahub_mapping.spec import Field

_MOST_LINES = 1_000
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]+")
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})"
)
_FIRST_YEAR, _LAST_YEAR = 2009, 2100
"""An exchange's trades lie between: a number that names a moment of another time is none."""
_UNITS = {"epoch_s": 1, "epoch_ms": 10**3, "epoch_us": 10**6, "epoch_ns": 10**9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One raw field: the texts of its values, without nulls; nested values are left out."""

    field: Field
    values: tuple[str, ...]

    @property
    def distinct(self) -> frozenset[str]:
        """Return the different values."""
        return frozenset(self.values)

    @property
    def is_decimal(self) -> bool:
        """Tell whether all values are numbers."""
        return bool(self.values) and all(map(_DECIMAL.fullmatch, self.values))

    @property
    def is_integer(self) -> bool:
        """Tell whether all values are whole numbers."""
        return bool(self.values) and all(map(_INTEGER.fullmatch, self.values))

    @property
    def time_format(self) -> str | None:
        """Return the format that all values are times in, if there is one."""
        if not self.values:
            return None
        if all(map(_ISO.fullmatch, self.values)):
            return "iso8601"
        if not self.is_decimal:
            return None
        first, last = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (_FIRST_YEAR, _LAST_YEAR))
        numbers = [float(value) for value in self.values]
        fits = (
            unit
            for unit, per_second in _UNITS.items()
            if _between(numbers, first * per_second, last * per_second)
        )
        return next(fits, None)


def fields_of(data: bytes) -> tuple[Seen, ...]:
    """Return the fields of the first lines, in their order; lines that are no JSON are passed over."""
    found: dict[Field, list[str]] = {}
    for line in split_lines(data)[:_MOST_LINES]:
        try:
            row = json.loads(line, parse_float=str)
        except (ValueError, RecursionError):
            continue
        named = row.items() if isinstance(row, dict) else enumerate(row) if isinstance(row, list) else ()
        for field, value in named:
            texts = found.setdefault(field, [])
            if isinstance(value, (str, int)):
                texts.append(json.dumps(value) if isinstance(value, bool) else str(value))
    return tuple(Seen(field=field, values=tuple(values)) for field, values in found.items())


def _between(numbers: list[float], first: float, last: float) -> bool:
    return first <= min(numbers) and max(numbers) < last
