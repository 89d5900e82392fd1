"""The raw sink named `objects`: raw batches in the lake itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._lake.raw_objects import RawObjects
from schemahub.hookspecs import hookimpl

if TYPE_CHECKING:
    from schemahub.raw_sink import RawSink


@hookimpl
def schemahub_raw_sink() -> type[RawSink]:
    """Return the class; it is made with the lake's object store."""
    return RawObjects
