"""Requests that are repeated within a deadline, and never mistake a lost reply for an answer."""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING, Any, TypeVar

from schemahub.errors import RetryableError
from schemahub_aws.failures import Refused, asks_for_less, code_of, for_a_person, may_be_repeated, reason

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from schemahub_aws.failures import Service
    from schemahub_aws.session import AwsOptions, LazyClient

T = TypeVar("T")
_FIRST_BACKOFF_SECONDS = 0.1
_THROTTLED_BACKOFF_SECONDS = 1.0
"""The first pause where the service asked for less: it counts requests by the second."""
_MOST_BACKOFF_SECONDS = 10.0
_log = logging.getLogger(__name__)


class Calls:
    """Sends one service's requests.

    boto3 sends each request once: only whoever repeats a conditional request knows that the first one may
    have gone through. Pauses are random and double; they begin longer where the service throttles. boto3's
    adaptive mode would hold all threads of a process to one request in two seconds after one such answer.
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
                return _told(action, self._client())
            except (ClientError, BotoCoreError) as error:
                if isinstance(error, ClientError) and code_of(error) in accept:
                    raise Refused(code_of(error), doubtful=doubtful) from error
                if not may_be_repeated(error):
                    raise for_a_person(error, self._service, where) from error
                doubtful, failure = True, error
            pause = _pause(
                attempt, _THROTTLED_BACKOFF_SECONDS if asks_for_less(failure) else _FIRST_BACKOFF_SECONDS
            )
            if attempt == self._attempts or time.monotonic() + pause > end:
                break
            _log.debug("%s: attempt %d failed, again in %.2f s: %s", where, attempt, pause, reason(failure))
            time.sleep(pause)
        msg = f"no answer after {attempt} attempts"
        raise RetryableError(msg, where=where, found=reason(failure)) from failure


def _told(action: Callable[[Any], T], client: Any) -> T:  # noqa: ANN401 - boto3 makes its classes when it runs
    """Do `action`; whatever the connection does to it is an error of botocore's."""
    from botocore.exceptions import ResponseStreamingError
    from urllib3.exceptions import HTTPError

    try:
        return action(client)
    except HTTPError as error:
        # Where a body is to be streamed and the reply is an error, botocore reads that reply unguarded.
        raise ResponseStreamingError(error=error) from error


def _pause(attempt: int, first_seconds: float) -> float:
    return random.uniform(0, min(_MOST_BACKOFF_SECONDS, first_seconds * 2 ** (attempt - 1)))  # noqa: S311 - spreads load, keeps no secret
