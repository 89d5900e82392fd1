"""What Iceberg has no place for: each snapshot names a document that holds a whole `Snapshot`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from schemahub import manifest
from schemahub.errors import IntegrityError, NotFound
from schemahub_iceberg.place import STATES

if TYPE_CHECKING:
    import uuid

    from pyiceberg.table.snapshots import Snapshot as Version

    from schemahub.object_store import ObjectStore
    from schemahub.table import Snapshot

STATE = "schemahub.state"
"""The property of an Iceberg snapshot that names its document."""
VERSION = "schemahub.version"
"""The property that says which version of the table it is of."""
BEGINNING = {VERSION: "0"}
"""The properties of a snapshot that is no state: Iceberg takes no branch before there is a snapshot."""
_HINT = "Another program wrote to the table. Roll it back to the last snapshot that has one, or rebuild it."


class States:
    """Documents that are written once, before the commit that makes them count, and never changed."""

    def __init__(self, store: ObjectStore) -> None:
        """Read nothing yet."""
        self._store = store
        self._last: tuple[str, Snapshot] | None = None

    def put(self, nonce: uuid.UUID, state: Snapshot) -> dict[str, str]:
        """Store a state and return the properties by which an Iceberg snapshot names it."""
        key = f"{STATES}{nonce}.json"
        self._store.put_new(key, manifest.dump(state, str(nonce)))
        return {STATE: key, VERSION: str(state.version)}

    def of(self, version: Version) -> Snapshot:
        """Return the state that an Iceberg snapshot names; `IntegrityError` if it is not one of ours."""
        key, token = _property(version, STATE), str(version.snapshot_id)
        last = self._last
        if last is None or last[0] != key:
            try:
                data = self._store.get(key).data
            except NotFound as error:
                msg = "the state that an Iceberg snapshot names is not there"
                raise IntegrityError(msg, where=key, found=f"snapshot {token}") from error
            last = self._last = key, manifest.load(data, key, token)
        return dataclasses.replace(last[1], token=token)


def version_of(version: Version) -> int:
    """Return which version of the table an Iceberg snapshot is of."""
    return int(_property(version, VERSION))


def is_state(version: Version) -> bool:
    """Tell whether anything was committed by it."""
    return version_of(version) > 0


def key_of(version: Version) -> str | None:
    """Return the key of a snapshot's document; None if it has none."""
    return version.summary.additional_properties.get(STATE) if version.summary else None


def _property(version: Version, name: str) -> str:
    found = version.summary.additional_properties.get(name) if version.summary else None
    if found is None:
        msg = f"an Iceberg snapshot without {name}"
        raise IntegrityError(msg, where=f"snapshot {version.snapshot_id}", hint=_HINT)
    return str(found)
