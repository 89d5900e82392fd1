"""Reading the table while a compaction replaces its files and a collector removes the old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from schemahub.errors import IntegrityError, NotFound, RetryableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.table import Snapshot

T = TypeVar("T")
TRIES = 5


def steady(table: Callable[[], Snapshot], work: Callable[[Snapshot], T], first: Snapshot | None = None) -> T:
    """Do `work` on the table's state, or on `first`; again on a fresh one if a file of it was replaced.

    A file that is missing though the fresh state names it as well is lost: an `IntegrityError`.
    """
    state = first or table()
    for _ in range(TRIES):
        try:
            return work(state)
        except NotFound as gone:
            state = table()
            if is_live(state, gone.where):
                raise IntegrityError(gone.message, where=gone.where) from gone
    raise too_fast()


def is_live(snapshot: Snapshot, key: str | None) -> bool:
    """Tell whether a file is part of the table."""
    return any(file.key == key for file in snapshot.files)


def too_fast() -> RetryableError:
    """Return the error for a table that nobody can read."""
    msg = "the table's files are replaced and removed faster than they can be read"
    return RetryableError(msg, hint="Try again, or set a longer compact.grace.")
