"""Run a connector's method by hand: against a simulated exchange, or against bodies of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from schemahub.model import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.model import Request, Steps
    from schemahub.testing.simulator import SimulatedExchange

T = TypeVar("T")


def asked(exchange: SimulatedExchange, steps: Steps[T]) -> T:
    """Run a method against a simulated exchange, without the core: no retries, no limits, any status."""
    import httpx

    with httpx.Client(transport=exchange.transport(), base_url="http://simulated") as client:

        def answer(request: Request) -> Response:
            got = client.get(request.path, params=dict(request.params))
            headers = {name.lower(): value for name, value in got.headers.items()}
            return Response(request=request, status=got.status_code, headers=headers, body=got.content)

        return _run(steps, answer)


def answered(steps: Steps[T], *bodies: bytes) -> T:
    """Run a method whose requests are answered 200 with these bodies, one after another.

    `AssertionError` if it asks for more.
    """
    rest = iter(bodies)

    def answer(request: Request) -> Response:
        body = next(rest, None)
        if body is None:
            msg = f"one request more than there are answers: {request.path}"
            raise AssertionError(msg)
        return Response(request=request, status=200, headers={}, body=body)

    return _run(steps, answer)


def _run(steps: Steps[T], answer: Callable[[Request], Response]) -> T:
    try:
        request = next(steps)
        while True:
            request = steps.send(answer(request))
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]  # StopIteration is not generic
