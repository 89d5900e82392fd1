"""What the rest of the core sends with: one protected client per exchange."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from schemahub._http.circuit_breaker import CircuitBreaker
from schemahub._http.rate_limiter import RateLimiter
from schemahub._http.retry import Retries
from schemahub._http.transport import Transport
from schemahub._http.verdict_errors import verdict_error
from schemahub.errors import PermanentError, RetryableError
from schemahub.events import RequestSent
from schemahub.model import Outcome
from schemahub.settings import HttpSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import httpx

    from schemahub._clock import Clock, Stop
    from schemahub._http.circuit_breaker import Permit
    from schemahub._http.patience import Patience
    from schemahub.events import Emit
    from schemahub.model import RateLimit, Request, Response, Steps, Verdict

T = TypeVar("T")


class HttpClient:
    """Sends a connector's requests; shared by all threads of a run.

    Every request goes retry( breaker -> tokens -> send -> classify -> feedback ). The process stays within
    its rate limits and sends nothing through an open breaker but its probes; every wait is bounded, and
    ends at once with `Cancelled` when `stop` is set (R5).
    """

    def __init__(  # noqa: PLR0913 - one seam for each thing that a test replaces
        self,
        base_url: str,
        limits: Sequence[RateLimit],
        classify: Callable[[Response], Verdict],
        settings: HttpSettings | None = None,
        *,
        clock: Clock,
        stop: Stop,
        emit: Emit,
        exchange: str = "",
        transport: httpx.BaseTransport | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """Wire the layer; nothing is opened before the first request. Events bear the name `exchange`."""
        settings = settings or HttpSettings()
        rng = rng or random.Random()  # noqa: S311 - jitter, no secret
        self._transport = Transport(base_url, settings, stop, transport)
        self.host = self._transport.host
        self._limiter = RateLimiter(limits, clock, stop, emit, exchange)
        self._breaker = CircuitBreaker(self.host, settings.breaker, clock, stop, emit, exchange=exchange)
        self._retries = Retries(self.host, settings, clock, stop, emit, exchange=exchange, rng=rng)
        self._exchange_name = exchange
        self._classify = classify
        self._clock = clock
        self._emit = emit

    def send(self, request: Request) -> Response:
        """Return the answer that the connector classified as OK.

        Raises `RetriesExhausted`, `UnknownProduct`, another `PermanentError`, or `Cancelled`; each says
        status, host and path, and the beginning of the body.
        """

        def attempt(number: int, patience: Patience) -> Response:
            with self._permit(request.endpoint, patience) as permit:
                return self._attempt(request, number, permit)

        return self._retries.run(request.endpoint, attempt)

    def drive(self, steps: Steps[T]) -> T:
        """Run a connector's generator once, sending what it yields; return its value.

        A `PermanentError` of `send` is thrown into the generator at its `yield`, so that a connector can
        catch the `UnknownProduct` of one request and ask another way.
        """
        try:
            request = next(steps)
            while True:
                try:
                    response = self.send(request)
                except PermanentError as error:
                    request = steps.throw(error)
                else:
                    request = steps.send(response)
        except StopIteration as done:
            value: T = done.value
            return value
        finally:
            steps.close()

    def call(self, start: Callable[[], Steps[T]]) -> T:
        """Drive `start()`; start again, later and not for ever, if the connector could not read an answer.

        A page cut off on the way, or an error page with status 200, shows only when the connector parses
        it: that raises a `RetryableError`, and a generator that raised is spent.
        """
        return self._retries.run("connector", lambda _number, _patience: self.drive(start()))

    def abort(self) -> None:
        """Make sends that wait for an answer raise `Cancelled` now; call it after `stop.set`."""
        self._transport.abort()

    def close(self) -> None:
        """Close all connections; nobody may be sending."""
        self._transport.close()

    @contextmanager
    def _permit(self, endpoint: str, patience: Patience) -> Iterator[Permit]:
        while True:
            permit = self._breaker.admit(patience)
            try:
                self._limiter.acquire(endpoint, patience)
                # While we stood in line the breaker may have opened; the tokens are forfeit then.
                if self._breaker.confirm(permit):
                    yield permit
                    return
            finally:
                self._breaker.release(permit)

    def _attempt(self, request: Request, number: int, permit: Permit) -> Response:
        self._retries.budget.pay_in()
        response = self._exchange(request, number, permit)
        verdict = self._classify(response)
        self._limiter.feedback(verdict)
        self._breaker.record(permit, verdict.outcome, verdict.retry_after_seconds)
        error = verdict_error(response, verdict, self._transport.where(request))
        if error:
            raise error
        return response

    def _exchange(self, request: Request, number: int, permit: Permit) -> Response:
        started = self._clock.monotonic()
        try:
            response = self._transport.send(request)
        except RetryableError as error:
            self._breaker.record(permit, Outcome.RETRY)
            self._tell(request, number, started, error=str(error))
            raise
        self._tell(request, number, started, status=response.status)
        return response

    def _tell(
        self, request: Request, number: int, started: float, *, status: int = 0, error: str | None = None
    ) -> None:
        self._emit(
            RequestSent(
                exchange=self._exchange_name,
                host=self.host,
                endpoint=request.endpoint,
                status=status,
                seconds=self._clock.monotonic() - started,
                attempt=number,
                error=error,
            )
        )
