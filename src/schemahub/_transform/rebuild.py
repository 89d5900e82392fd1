"""All of raw anew, beside the table that readers see."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from schemahub._transform.result import Failure
from schemahub._transform.run import registered, transform
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from schemahub._transform.job import TransformJob
    from schemahub._transform.result import TransformResult
    from schemahub.table import Table


def rebuild(job: TransformJob) -> TransformResult:
    """Make the next version of the table from all of raw, then let readers see it.

    One that was begun with today's mappings is gone on with. If it does not cover all that readers see
    now, they stay where they are and the result says why.
    """
    table = _begun(job)
    # Readers see all of it in the one step that publishes it; commits before bound what a crash costs.
    settings = job.settings.model_copy(update={"one_commit": False})
    # The catalog shows what readers see: not this version, before it is published.
    result = transform(dataclasses.replace(job, table=table, settings=settings, registrar=None))
    try:
        table.publish()
    except ConfigError as error:
        refused = Failure(where=f"version {result.version}", reason=str(error))
        result = dataclasses.replace(result, failures=(*result.failures, refused))
    return registered(job, result)


def _begun(job: TransformJob) -> Table:
    table = job.table.successor()
    while not _is_of_today(job, table):
        table = table.successor()
    return table


def _is_of_today(job: TransformJob, table: Table) -> bool:
    made_with = table.snapshot().mappings
    return all(job.transformer_for(name).digest == digest for name, digest in made_with.items())
