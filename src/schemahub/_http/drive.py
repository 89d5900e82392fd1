"""Run a connector's generator: send what it yields, hand it what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from schemahub.errors import PermanentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.model import Request, Response, Steps

T = TypeVar("T")


def drive(steps: Steps[T], send: Callable[[Request], Response]) -> T:
    """Run a connector's generator once, sending what it yields; return its value.

    A `PermanentError` of `send` is thrown into the generator at its `yield`, so that a connector can
    catch the `UnknownProduct` of one request and ask another way.
    """
    try:
        request = next(steps)
        while True:
            try:
                response = send(request)
            except PermanentError as error:
                request = steps.throw(error)
            else:
                request = steps.send(response)
    except StopIteration as done:
        value: T = done.value
        return value
    finally:
        steps.close()
