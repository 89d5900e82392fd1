"""The lock provider named `objects`: leases in the lake itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._lake.lease_objects import LeaseObjects
from schemahub.hookspecs import hookimpl

if TYPE_CHECKING:
    from schemahub.lock import LockProvider


@hookimpl
def schemahub_lock_provider() -> type[LockProvider]:
    """Return the class; it is made with the lake's object store."""
    return LeaseObjects
