"""A connector's methods, asked of a simulated exchange or answered by hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import httpx
import pytest

from schemahub import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub import Steps
    from schemahub.testing import SimulatedExchange

T = TypeVar("T")


def _drive(exchange: SimulatedExchange, steps: Steps[T]) -> T:
    with httpx.Client(transport=exchange.transport(), base_url="http://simulated") as client:
        try:
            request = next(steps)
            while True:
                got = client.get(request.path, params=dict(request.params))
                headers = {name.lower(): value for name, value in got.headers.items()}
                response = Response(
                    request=request, status=got.status_code, headers=headers, body=got.content
                )
                request = steps.send(response)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # StopIteration is not generic


def _answered(steps: Steps[T], body: bytes) -> T:
    try:
        steps.send(Response(request=next(steps), status=200, headers={}, body=body))
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]  # StopIteration is not generic
    raise AssertionError


@pytest.fixture
def drive() -> Callable[[SimulatedExchange, Steps[T]], T]:
    """Run steps against an exchange."""
    return _drive


@pytest.fixture
def answered() -> Callable[[Steps[T], bytes], T]:
    """Run steps of one request, with this body for an answer."""
    return _answered


@pytest.fixture
def recorded() -> Path:
    """The folder of recorded traffic, which is not part of the repository."""
    folder = os.environ.get("SCHEMAHUB_REAL_DATA")
    if not folder:
        pytest.skip("SCHEMAHUB_REAL_DATA does not name a folder of recorded traffic")
    return Path(folder)
