"""What lies in the table's folders, beside what the manifest says."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from schemahub.errors import IntegrityError
from schemahub.layout import DataFileName, version_prefix

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore
    from schemahub.table import Snapshot


def stored_files(store: ObjectStore, version: int) -> tuple[DataFileName, ...]:
    """List the data files of a version; whatever else lies there is nobody's business here."""
    found = []
    for info in store.list(f"{version_prefix(version)}trade_date="):
        try:
            found.append(DataFileName.parse(info.key))
        except IntegrityError:
            continue
    return tuple(found)


def strays(stored: tuple[DataFileName, ...], snapshot: Snapshot) -> dict[str, list[str]]:
    """Return, by day, the files in folders that are read which are not the table's.

    While a commit is pinned there may well be some, about to become the table's: then none are named.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    if snapshot.pending is not None:
        return found
    known = {file.key for file in snapshot.files}
    for name in stored:
        if name.generation == snapshot.generation_of(name.trade_date) and str(name) not in known:
            found[name.trade_date].append(str(name))
    return found


def dead(stored: tuple[DataFileName, ...], snapshot: Snapshot) -> tuple[DataFileName, ...]:
    """Return the files whose generation nobody reads or writes any more, and never will again.

    Generations only grow, each is handed out once, and only the claimed one can become the current one. So
    whoever deletes such a file, however late, cannot delete one of the table's.
    """
    return tuple(name for name in stored if _is_dead(name, snapshot))


def _is_dead(name: DataFileName, snapshot: Snapshot) -> bool:
    claim = snapshot.claims.get(name.trade_date)
    living = {snapshot.generation_of(name.trade_date), claim.generation if claim else None}
    newest = max(number for number in living if number is not None)
    return name.generation not in living and name.generation < newest
