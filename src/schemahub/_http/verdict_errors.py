"""Turn the verdict on an answer into the error that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.bodies import excerpt
from schemahub.errors import (
    Banned,
    PermanentError,
    RateLimited,
    RetryableError,
    SchemahubError,
    UnknownProduct,
)
from schemahub.model import Outcome

if TYPE_CHECKING:
    from schemahub.model import Response, Verdict

_ERRORS: dict[Outcome, tuple[type[SchemahubError], str]] = {
    Outcome.RETRY: (RetryableError, "the exchange could not answer"),
    Outcome.RATE_LIMITED: (RateLimited, "the exchange says that we send too fast"),
    Outcome.BANNED: (Banned, "the exchange refuses this address for now"),
    Outcome.UNKNOWN_PRODUCT: (UnknownProduct, "the exchange does not know this product"),
    Outcome.PERMANENT: (PermanentError, "the exchange refused the request"),
}


def verdict_error(response: Response, verdict: Verdict, where: str) -> SchemahubError | None:
    """Return the error of an answer that is not OK, with its status, path and the beginning of its body."""
    if verdict.outcome is Outcome.OK:
        return None
    kind, message = _ERRORS[verdict.outcome]
    status = f"HTTP {response.status}"
    found = f"{status} {excerpt(response.body)}"
    if verdict.reason and not verdict.reason.startswith(status):
        found += f": {verdict.reason}"
    error = kind(message, where=where, found=found)
    if isinstance(error, RetryableError):
        error.retry_after_seconds = verdict.retry_after_seconds
    return error
