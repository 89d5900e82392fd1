"""What a transform leaves aside: noted once, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.events import TransformFailed

if TYPE_CHECKING:
    from schemahub._transform.job import TransformJob
    from schemahub._transform.tally import Known
    from schemahub.errors import SchemahubError
    from schemahub.layout import StreamId


def leave_aside(
    job: TransformJob, known: Known, stream: StreamId, source: str | None, error: SchemahubError
) -> None:
    """Leave a raw object, or where `source` is None its whole stream, aside for the rest of the run."""
    where = source or str(stream)
    if where in known.failures:
        return
    known.failures[where] = str(error)
    job.emit(TransformFailed(stream=stream, source=source, error=str(error)))
