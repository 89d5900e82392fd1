"""Queries in Athena: started, waited for, read page by page; stopped when nobody waits any more."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from schemahub.errors import ConfigError, PermanentError, RetryableError, SchemahubError
from schemahub.query_engine import QueryAnswer, QueryEngine
from schemahub.times import parse_duration
from schemahub_aws.athena.cost import dollars
from schemahub_aws.athena.options import AthenaOptions
from schemahub_aws.athena.results import read
from schemahub_aws.calls import Calls
from schemahub_aws.failures import Service
from schemahub_aws.session import LazyClient

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub.query_engine import QueryPlace

_SERVICE = Service(
    permissions="athena:StartQueryExecution, athena:GetQueryExecution, athena:GetQueryResults and "
    "athena:StopQueryExecution, glue:GetDatabase, glue:GetTable and glue:GetPartitions, to read the lake, "
    "and to read and write where results go",
    missing=(),
    make="",
)
_NS_PER_SECOND = 1_000_000_000
_LONGER = 1.5
_LONGEST_POLL_SECONDS = 3.0
_SYSTEM = 1
"""The category of errors that are Athena's own."""


class AthenaEngine(QueryEngine):
    """Runs one statement in a workgroup.

    `figures` are the bytes scanned, what they cost, how long Athena took, and the query's id. Athena shows
    times in milliseconds; they are UTC, and come back aware.
    """

    Options = AthenaOptions

    def __init__(self, place: QueryPlace, options: Mapping[str, object]) -> None:
        """Do no I/O."""
        super().__init__(place, options)
        self._settings = AthenaOptions.model_validate(options)
        client = LazyClient("athena", self._settings, attempts=1)
        self._calls = Calls(_SERVICE, client, self._settings)

    def run(self, query: str) -> QueryAnswer:
        """Run a statement; see `QueryEngine.run`. `RetryableError` where the failure was Athena's."""
        query_id = self._start(query)
        try:
            execution = self._finished(query_id)
            rows = read(self._calls, query_id, execution, self._place)
        except BaseException:
            # Ctrl-C, a stop, a timeout, an error: whatever it was, nobody reads the answer.
            self._give_up(query_id)
            raise
        statistics = execution.get("Statistics", {})
        return QueryAnswer(
            rows=rows,
            figures=(
                ("bytes scanned", statistics.get("DataScannedInBytes", 0)),
                ("US dollars", dollars(execution, self._settings.usd_per_terabyte)),
                ("seconds", statistics.get("TotalExecutionTimeInMillis", 0) / 1_000),
                ("query", query_id),
            ),
        )

    def _start(self, query: str) -> str:
        settings = self._settings
        asked: dict[str, Any] = {
            # One statement, and no more: Athena's own console takes the semicolon away as well.
            "QueryString": query.strip().removesuffix(";"),
            "QueryExecutionContext": {"Database": settings.database},
            "WorkGroup": settings.workgroup,
            # The same for every attempt: a lost reply does not start, and pay for, a second query.
            "ClientRequestToken": uuid.uuid4().hex,
        }
        if settings.output_location:
            asked["ResultConfiguration"] = {"OutputLocation": settings.output_location.rstrip("/") + "/"}
        where = f"Athena workgroup {settings.workgroup}"
        started = self._calls(lambda athena: athena.start_query_execution(**asked), where)
        return str(started["QueryExecutionId"])

    def _finished(self, query_id: str) -> dict[str, Any]:
        """Wait until a query has succeeded."""
        clock, stop = self._place.clock, self._place.stop
        limit = parse_duration(self._settings.timeout) / _NS_PER_SECOND
        end = clock.monotonic() + limit
        pause = self._settings.poll_seconds
        while True:
            execution = self._look(query_id)
            state = execution["Status"]["State"]
            if state == "SUCCEEDED":
                return execution
            if state in {"FAILED", "CANCELLED"}:
                raise _failure(query_id, execution["Status"])
            if clock.monotonic() + pause > end:
                msg = f"the query took longer than {self._settings.timeout} and was stopped"
                hint = "Ask for fewer days, or set query_engines.athena.timeout."
                raise ConfigError(msg, where=_named(query_id), hint=hint)
            clock.wait(pause, stop)
            pause = min(pause * _LONGER, _LONGEST_POLL_SECONDS)

    def _give_up(self, query_id: str) -> None:
        """Stop a query; one that has ended is no error, and what ended the wait is told, not this."""
        with suppress(SchemahubError):
            self._calls(
                lambda athena: athena.stop_query_execution(QueryExecutionId=query_id), _named(query_id)
            )

    def _look(self, query_id: str) -> dict[str, Any]:
        found = self._calls(
            lambda athena: athena.get_query_execution(QueryExecutionId=query_id), _named(query_id)
        )
        return dict(found["QueryExecution"])


def _failure(query_id: str, status: Mapping[str, Any]) -> Exception:
    reason = " ".join(str(status.get("StateChangeReason", "no reason given")).split())
    if status["State"] == "CANCELLED":
        return PermanentError("somebody stopped the query", where=_named(query_id), found=reason)
    error = status.get("AthenaError", {})
    if error.get("Retryable") or error.get("ErrorCategory") == _SYSTEM:
        return RetryableError("Athena could not run the query", where=_named(query_id), found=reason)
    return ConfigError(f"the query failed: {reason}", where=_named(query_id))


def _named(query_id: str) -> str:
    return f"Athena query {query_id}"
