"""What the rest of the core sends with: one protected client per exchange."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from schemahub._http.body import read_body
from schemahub._http.circuit_breaker import CircuitBreaker
from schemahub._http.download import GOOD, NO_SUCH_RANGE, PROGRESS_BYTES, Download
from schemahub._http.drive import drive
from schemahub._http.rate_limiter import RateLimiter
from schemahub._http.retry import Retries
from schemahub._http.transport import Transport
from schemahub._http.verdict_errors import verdict_error
from schemahub.errors import RetryableError
from schemahub.events import RequestSent
from schemahub.model import Outcome, Response
from schemahub.settings import HttpSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import httpx

    from schemahub._clock import Clock, Stop
    from schemahub._http.circuit_breaker import Permit
    from schemahub._http.download import Downloaded
    from schemahub._http.patience import Patience
    from schemahub.events import Emit
    from schemahub.model import RateLimit, Request, Steps, Verdict

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
        self._settings = settings
        self._stop = stop
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

    def download(self, request: Request, into: BinaryIO) -> Downloaded:
        """Bring the body of `request` into a file, however large; return its size and digest.

        The same protection as for `send`. An attempt that breaks off goes on where it was if the server
        still has the same version, else from the beginning; as long as attempts bring the file a good
        piece further, they are not counted. Errors are those of `send`, and `ConfigError` where the file
        cannot be written.
        """
        download = Download(into, self._settings, self._stop, self._transport.where(request))

        def attempt(number: int, patience: Patience) -> bool:
            before = download.furthest
            try:
                with self._permit(request.endpoint, patience) as permit:
                    self._download(request, number, permit, download)
            except RetryableError:
                if download.furthest - before < PROGRESS_BYTES:
                    raise
                return False
            return True

        while not self._retries.run(request.endpoint, attempt):
            self._stop.check()
        return download.result()

    def drive(self, steps: Steps[T]) -> T:
        """Run a connector's generator once (see `drive`)."""
        return drive(steps, self.send)

    def call(self, start: Callable[[], Steps[T]]) -> T:
        """Drive `start()`; start again, later and not for ever, if the connector could not read an answer.

        A page cut off on the way, or an error page with status 200, shows only when the connector parses
        it: that raises a `RetryableError`, and a generator that raised is spent.
        """
        return self.retrying(lambda: self.drive(start()))

    def retrying(self, work: Callable[[], T]) -> T:
        """Return what `work` returns once it raises no `RetryableError`; it is not tried for ever."""
        return self._retries.run("connector", lambda _number, _patience: work())

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
        return self._judged(response, permit)

    def _judged(self, response: Response, permit: Permit) -> Response:
        request = response.request
        verdict = self._classify(response)
        self._limiter.feedback(verdict)
        self._breaker.record(permit, verdict.outcome, verdict.retry_after_seconds)
        error = verdict_error(response, verdict, self._transport.where(request))
        if error:
            raise error
        return response

    def _exchange(self, request: Request, number: int, permit: Permit) -> Response:
        with self._told(request, number, permit) as status:
            response = self._transport.send(request)
            status.append(response.status)
        return response

    def _download(self, request: Request, number: int, permit: Permit, download: Download) -> None:
        self._retries.budget.pay_in()
        asked = download.request(request)
        with self._told(request, number, permit) as status, self._transport.opened(asked) as answer:
            status.append(answer.status)
            body = b""
            if answer.status in GOOD:
                download.take(answer)
            else:
                body = read_body(answer.chunks, "", self._settings.max_body_bytes, download.where)
        if answer.status == NO_SUCH_RANGE:
            download.restart()
            msg = "the file is shorter than what was brought of it"
            raise RetryableError(msg, where=download.where)
        self._judged(
            Response(request=request, status=answer.status, headers=answer.headers, body=body), permit
        )

    @contextmanager
    def _told(self, request: Request, number: int, permit: Permit) -> Iterator[list[int]]:
        """Send an event of one attempt, and count it against the host if it breaks off."""
        started = self._clock.monotonic()
        status: list[int] = []
        try:
            yield status
        except RetryableError as error:
            self._breaker.record(permit, Outcome.RETRY)
            self._tell(request, number, started, error=str(error))
            raise
        self._tell(request, number, started, status=status[-1])

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
