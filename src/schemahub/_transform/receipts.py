"""What became of a pin's units, in the lake until they are committed: a dead run's are not done again.

A receipt saves work and nothing else. One that is gone, or cannot be read, costs its unit's work again.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from schemahub._transform.kept import stands
from schemahub._transform.unit import Added, UnitDone, cut
from schemahub.errors import NotFound
from schemahub.layout import DataFileName, unit_key, units_prefix
from schemahub.manifest import file_lines, files_of_lines
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub._transform.job import TransformJob
    from schemahub.object_store import ObjectStore
    from schemahub.table import Pending, Snapshot

_SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Those of one pin, on one state of the table."""

    store: ObjectStore
    base: Snapshot
    pin: str

    @classmethod
    def of(cls, job: TransformJob, base: Snapshot, pending: Pending) -> Self | None:
        """Return a pin's, if it has more units than are done at the same time; without more, None.

        What is under way is done again after a crash anyway.
        """
        units = cut(pending.inputs, job.settings.rows_per_commit)
        if len(list(islice(units, job.hands + 1))) <= job.hands:
            return None
        return cls(store=job.store, base=base, pin=pending.digest)

    def read(self) -> dict[str, UnitDone]:
        """Return by their names the units that were done and can still be part of this pin's commit.

        Receipts of other pins are of no use any more, and deleted.
        """
        found = []
        for key in [info.key for info in self.store.list(units_prefix(self.base.version))]:
            if not key.startswith(unit_key(self.base.version, self.pin, "").removesuffix(".json")):
                self.store.delete(key)
            elif (unit := self._stored(key)) and stands(self.base, unit.files):
                found.append(unit)
        # Nothing of ours deletes them. Other programs clean folders of what no table names.
        lying = self._lying(found)
        return {unit.name: unit for unit in found if all(file.key in lying for file in unit.files)}

    def put(self, unit: UnitDone) -> None:
        """Note what became of a unit, unless it lacks something that the next run should look for again."""
        if unit.whole:
            self.store.put_new(self._key(unit), _dump(unit))

    def clear(self, units: Iterable[UnitDone]) -> None:
        """Delete them: they are committed."""
        for unit in units:
            if unit.whole:
                self.store.delete(self._key(unit))

    def _key(self, unit: UnitDone) -> str:
        return unit_key(self.base.version, self.pin, unit.name)

    def _stored(self, key: str) -> UnitDone | None:
        try:
            return _load(self.store.get(key).data)
        except NotFound:  # somebody else has just committed it
            return None

    def _lying(self, units: Iterable[UnitDone]) -> set[str]:
        folders = {str(DataFileName.parse(file.key).folder) for unit in units for file in unit.files}
        return {info.key for folder in sorted(folders) for info in self.store.list(folder)}


def _dump(unit: UnitDone) -> bytes:
    added = [
        {
            "key": one.key,
            "created_us": one.created_us,
            "positions": one.positions.pairs(),
            "rows": one.rows,
            "rules": one.rules,
            "drift": one.drift,
            "path": one.path,
        }
        for one in unit.added
    ]
    body = {"schema": _SCHEMA, "name": unit.name, "added": added, **file_lines(unit.files)}
    return json.dumps(body).encode()


def _load(data: bytes) -> UnitDone | None:
    """Read what `_dump` wrote; None for anything else, such as what a newer version wrote."""
    try:
        body = json.loads(data)
        if body["schema"] != _SCHEMA:
            return None
        added, files = tuple(map(_added, body["added"])), tuple(files_of_lines(body))
        return UnitDone(name=body["name"], whole=True, files=files, added=added, failures={})
    except (KeyError, TypeError, ValueError):
        return None


def _added(body: dict[str, Any]) -> Added:
    positions = SpanSet.from_pairs(body["positions"])
    rules, drift = Counter(body["rules"]), tuple(body["drift"])
    return Added(**{**body, "positions": positions, "rules": rules, "drift": drift})
