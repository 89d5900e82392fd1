"""Requests that are repeated within a deadline, and never mistake a lost reply for an answer."""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING, Any, TypeVar

from schemahub.errors import RetryableError
from schemahub_aws.failures import Refused, code_of, for_a_person, may_be_repeated, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from schemahub_aws.failures import Service
    from schemahub_aws.session import AwsOptions, LazyClient

T = TypeVar("T")
_FIRST_BACKOFF_SECONDS = 0.1
_MOST_BACKOFF_SECONDS = 10.0
_log = logging.getLogger(__name__)


class Calls:
    """Sends one service's requests.

    boto3 sends each request once: only whoever repeats a conditional request knows that the first one may
    have gone through. Its adaptive mode still slows this process down while the service throttles.
    """

    def __init__(self, service: Service, client: LazyClient, options: AwsOptions) -> None:
        """Keep all, and do no I/O."""
        self._service = service
        self._client = client
        self._attempts = options.attempts
        self._deadline_seconds = options.deadline_seconds

    def __call__(self, action: Callable[[Any], T], where: str, accept: Collection[str] = ()) -> T:
        """Do `action` with the client until it succeeds; it may be done more than once.

        `Refused` for the codes of `accept`; `ConfigError` where a person must act; `RetryableError` when
        attempts or time are used up: whether the last one took effect is then unknown.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        end = time.monotonic() + self._deadline_seconds
        doubtful = False
        for attempt in range(1, self._attempts + 1):
            try:
                return action(self._client())
            except (ClientError, BotoCoreError) as error:
                if isinstance(error, ClientError) and code_of(error) in accept:
                    raise Refused(code_of(error), doubtful=doubtful) from error
                if not may_be_repeated(error):
                    raise for_a_person(error, self._service, where) from error
                doubtful, failure = True, error
            pause = _pause(attempt)
            if attempt == self._attempts or time.monotonic() + pause > end:
                break
            _log.debug("%s: attempt %d failed, again in %.2f s: %s", where, attempt, pause, reason(failure))
            time.sleep(pause)
        msg = f"no answer after {attempt} attempts"
        raise RetryableError(msg, where=where, found=reason(failure)) from failure


def _pause(attempt: int) -> float:
    most = min(_MOST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1))
    return random.uniform(0, most)  # noqa: S311 - spreads load, keeps no secret
