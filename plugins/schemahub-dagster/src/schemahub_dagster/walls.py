"""What failed, in Dagster's words: what a repetition can mend is repeated, the rest waits for a person."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import dagster as dg

from schemahub.errors import ConfigError, IntegrityError, SchemahubError

if TYPE_CHECKING:
    from collections.abc import Iterator

RETRIES = dg.RetryPolicy(max_retries=3, delay=30, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""Repeating is always safe: what is stored is not fetched, and what is in the table is not written again."""


@contextmanager
def in_dagsters_words() -> Iterator[None]:
    """Raise errors of schemahub as `Failure`s; a wrong setting and damaged data are not tried again."""
    try:
        yield
    except SchemahubError as error:
        hopeless = isinstance(error, (ConfigError, IntegrityError))
        raise dg.Failure(str(error), allow_retries=not hopeless) from error
