"""What PyIceberg, its catalogs and its file systems raise, as errors that say what the caller should do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyiceberg.exceptions import (
    CommitStateUnknownException,
    ForbiddenError,
    NoSuchPropertyException,
    RESTError,
    UnauthorizedError,
)
from sqlalchemy.exc import SQLAlchemyError

from schemahub.errors import ConfigError, RetryableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_TO_ACT = (UnauthorizedError, ForbiddenError, NoSuchPropertyException, ModuleNotFoundError)


@contextmanager
def told(where: str) -> Iterator[None]:
    """Raise `ConfigError` where a person must act, `RetryableError` where the outcome is not known."""
    try:
        yield
    except _TO_ACT as error:
        msg = "the Iceberg catalog cannot be used"
        raise ConfigError(msg, where=where, found=_sentence(error)) from error
    except (*_unknown(), SQLAlchemyError, RESTError, CommitStateUnknownException, OSError) as error:
        msg = "the Iceberg table did not answer"
        raise RetryableError(msg, where=where, found=_sentence(error)) from error


def _unknown() -> tuple[type[Exception], ...]:
    """Return the errors of Glue's client, where it is installed."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError:
        return ()
    return (BotoCoreError, ClientError)


def _sentence(error: Exception) -> str:
    # The first line: SQLAlchemy goes on with the statement and its values.
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
