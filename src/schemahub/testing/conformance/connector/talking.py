"""Drive a connector's generators by hand, and keep every word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from schemahub._clock import Stop
from schemahub._http.transport import Transport
from schemahub._http.verdict_errors import verdict_error
from schemahub.errors import PermanentError
from schemahub.model import Outcome
from schemahub.settings import HttpSettings
from schemahub.testing.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import httpx

    from schemahub.connector import Connector
    from schemahub.model import Request, Response, Steps

T = TypeVar("T")

_MOST_REQUESTS = 1_000
_MOST_TRIES = 5
_PAUSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Generic[T]):
    """What a generator returned, and the answers that it had."""

    value: T
    responses: Sequence[Response]


class Talk:
    """Sends a connector's requests through a transport as the core does, once, without limits of its own."""

    def __init__(
        self, connector: Connector, transport: httpx.BaseTransport, clock: FakeClock | None = None
    ) -> None:
        """Open nothing: the transport is the test's, and so is the clock of the exchange's rate limit."""
        self.connector = connector
        self._clock = clock or FakeClock()
        self._transport = Transport(connector.config.base_url, HttpSettings(), Stop(), transport)

    def answer(self, request: Request) -> Response:
        """Return what the exchange says, whatever it is; where that is "too fast", ask later."""
        for _ in range(_MOST_TRIES):
            response = self._transport.send(request)
            if self.connector.classify(response).outcome is not Outcome.RATE_LIMITED:
                break
            self._clock.advance(_PAUSE_SECONDS)
        return response

    def tell(self, steps: Steps[T]) -> T:
        """Run a generator to its end; answers that the connector does not classify as OK raise."""
        return self.ask(steps).value

    def ask(self, steps: Steps[T], answer: Callable[[Request], Response] | None = None) -> Told[T]:
        """Run a generator to its end with answers of the exchange, or with others."""
        responses: list[Response] = []
        try:
            request = next(steps)
            for _ in range(_MOST_REQUESTS):
                response = (answer or self.answer)(request)
                responses.append(response)
                request = self._go_on(steps, response)
        except StopIteration as done:
            return Told(value=done.value, responses=responses)
        finally:
            steps.close()
        msg = f"the generator sends more than {_MOST_REQUESTS} requests and does not end: last {request}"
        raise AssertionError(msg)

    def _go_on(self, steps: Steps[T], response: Response) -> Request:
        verdict = self.connector.classify(response)
        error = verdict_error(response, verdict, response.request.path)
        if error is None:
            return steps.send(response)
        if isinstance(error, PermanentError):
            return steps.throw(error)
        raise error


def tried(call: Callable[[], T]) -> T | Exception:
    """Return what a connector's code returns, or whatever it raises: that is the finding then."""
    try:
        return call()
    # A wall: a connector on trial may raise anything, and which error it is decides.
    except Exception as error:  # noqa: BLE001 - see above
        return error


class StopAsking(Exception):
    """More was asked than was ever answered."""


def replayed(responses: Sequence[Response]) -> Callable[[Request], Response]:
    """Return answers given before, in their order, whatever is asked; then raise `StopAsking`."""
    rest: Iterator[Response] = iter(responses)

    def answer(request: Request) -> Response:
        for response in rest:
            return replace(response, request=request)
        raise StopAsking(request.path)

    return answer
