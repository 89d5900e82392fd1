"""What lies in the table's folders, beside what the manifest says."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from schemahub.errors import IntegrityError
from schemahub.layout import DataFileName, version_prefix

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore
    from schemahub.table import Claim, Snapshot


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
        current = name.generation == snapshot.generation_of(name.trade_date)
        # What was listed may be another version's: a rebuild can be published in between.
        if name.version == snapshot.version and current and str(name) not in known:
            found[name.trade_date].append(str(name))
    return found


def dead(stored: tuple[DataFileName, ...], snapshot: Snapshot) -> tuple[DataFileName, ...]:
    """Return the files whose generation nobody reads any more, and nobody ever will.

    Generations only grow, each is handed out once, and only that of a valid claim can become the current
    one. So whoever deletes such a file, however late, cannot delete one of the table's.
    """
    valid = valid_claims(snapshot)
    return tuple(name for name in stored if _is_dead(name, snapshot, valid))


def valid_claims(snapshot: Snapshot) -> dict[str, Claim]:
    """Return the claims that may still be switched to.

    A claim is void once its inputs are not the day's files: they never will be again, since files are only
    added, or replaced by new ones. It stays to remember that its generation is handed out.
    """
    files: defaultdict[str, list[str]] = defaultdict(list)
    for file in snapshot.files:
        files[file.trade_date].append(file.key)
    return {day: claim for day, claim in snapshot.claims.items() if claim.inputs == tuple(sorted(files[day]))}


def _is_dead(name: DataFileName, snapshot: Snapshot, valid: dict[str, Claim]) -> bool:
    day, current = name.trade_date, snapshot.generation_of(name.trade_date)
    handed_out = max(current, snapshot.claims[day].generation if day in snapshot.claims else current)
    claimed = day in valid and valid[day].generation == name.generation
    old = name.generation <= handed_out and name.generation != current
    return name.version == snapshot.version and old and not claimed
