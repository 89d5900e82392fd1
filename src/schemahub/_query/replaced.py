"""What it means when a file is gone that a reader was about to open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.errors import IntegrityError, RetryableError

if TYPE_CHECKING:
    from schemahub.errors import SchemahubError
    from schemahub.table import Table


def reason(table: Table, key: str) -> SchemahubError:
    """Return the error to raise: try again where a compaction replaced it, else the table is damaged."""
    if any(file.key == key for file in table.snapshot().files):
        msg = "a file that the table's manifest names is not there"
        return IntegrityError(msg, where=key, hint="Restore it, or build the table anew: transform --full.")
    msg = "a file was replaced by a compaction and deleted before it could be read"
    hint = "Read again. A longer `compact.grace` leaves long reads more time."
    return RetryableError(msg, where=key, hint=hint)
