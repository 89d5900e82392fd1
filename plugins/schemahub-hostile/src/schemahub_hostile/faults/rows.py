"""Faults of reading rows (CT-CON-20 to 24)."""

from __future__ import annotations

import json
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec

from schemahub.times import iso_to_ns
from schemahub_hostile.faults.fault import breaks
from schemahub_hostile.sound import Sound

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECOND = 1_000_000_000


@breaks("CT-CON-20", "ids through a float")
class Floating(Sound):
    def position(self, row: Any) -> int:  # noqa: ANN401 - as in `Reading`
        return int(float(row.id))


@breaks("CT-CON-21", "times through a float")
class Rounding(Sound):
    def time_ns(self, text: str) -> int:
        return int(iso_to_ns(text) / _SECOND * 1_000_000) * 1_000


@breaks("CT-CON-22", "times of the machine's own zone")
class Local(Sound):
    def time_ns(self, text: str) -> int:
        local = datetime.fromisoformat(text.removesuffix("Z"))
        return int(local.replace(microsecond=0).timestamp()) * _SECOND + iso_to_ns(text) % _SECOND


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    id: int
    time: str
    price: str
    size: str
    side: str


@breaks("CT-CON-23", "refuses fields that it does not know")
class Strict(Sound):
    trade = msgspec.json.Decoder(_Strict)


@breaks("CT-CON-24", "counts fields instead of naming them")
class Ordered(Sound):
    def decoded(self, rows: Sequence[bytes]) -> list[Any]:
        super().decoded(rows)
        values = [list(json.loads(row).values()) for row in rows]
        return [SimpleNamespace(id=each[0], time=each[1]) for each in values]
