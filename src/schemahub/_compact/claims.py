"""Claims that nobody goes on with, so that what they left behind can be deleted."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from schemahub._compact.folders import valid_claims

if TYPE_CHECKING:
    from collections.abc import Collection

    from schemahub._compact.job import CompactJob


def close_unwanted(job: CompactJob, wanted: Collection[str]) -> None:
    """Make the claims void on days that are not `wanted`.

    Such a claim was made with other settings, or for a reason that went away, by somebody who may have
    been killed. Its folder could become the current one, so it would be kept for ever. Whoever made it and
    still works finds the claim gone, and looks again.
    """
    snapshot = job.table.snapshot()
    unwanted = set(valid_claims(snapshot)) - set(wanted)
    if not unwanted:
        return
    closed = {day: dataclasses.replace(snapshot.claims[day], inputs=()) for day in unwanted}
    job.table.commit(snapshot, dataclasses.replace(snapshot, claims={**snapshot.claims, **closed}))
