"""Again and again, a while apart, where others come first or a store does not answer."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

from schemahub.errors import Conflict, NotFound, RetriesExhausted, RetryableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._compact.job import CompactJob

T = TypeVar("T")

LOOK_AGAIN = (Conflict, NotFound, RetryableError)
"""Somebody else changed the table or took a file, or a reply was lost: what is true now decides."""

_LONGEST_WAIT_SECONDS = 5.0


def patiently(job: CompactJob, step: Callable[[], T]) -> T:
    """Do a step that may be repeated; `RetriesExhausted` after `tries` times that came to nothing."""
    for tries in range(1, job.settings.tries):
        try:
            return step()
        except LOOK_AGAIN:
            pause(job, tries)
    try:
        return step()
    except LOOK_AGAIN as error:
        msg = "the table could not be read or committed"
        raise RetriesExhausted(msg, found=str(error)) from error


def pause(job: CompactJob, tries: int) -> None:
    """Wait for a random while, longer the more tries there were; `Cancelled` on a wish to stop."""
    longest = min(_LONGEST_WAIT_SECONDS, 0.1 * 2.0**tries)
    job.clock.wait(random.uniform(0, longest), job.stop)  # noqa: S311 - jitter, no secret
