"""The checkpoint store named `objects`: checkpoints in the lake itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub.hookspecs import hookimpl

if TYPE_CHECKING:
    from schemahub.checkpoint import CheckpointStore


@hookimpl
def schemahub_checkpoint_store() -> type[CheckpointStore]:
    """Return the class; it is made with the lake's object store."""
    return CheckpointObjects
