"""Calls in flight: a bounded number, results as they come, those of lost workers again."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar, cast

from schemahub.errors import RetriesExhausted

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from schemahub._clock import Stop
    from schemahub.executor import Executor

T = TypeVar("T")
R = TypeVar("R")

_LOOK_SECONDS = 0.2
"""How often a wish to stop is noticed while all that is in flight takes its time."""


class Outcome(NamedTuple, Generic[R]):
    """How one unit ended: what a call returned, or the error it raised.

    `number` counts units in the order they were given, `tries` how often this one was begun: more than once
    if a worker was lost.
    """

    number: int
    value: R | None = None
    error: BaseException | None = None
    tries: int = 1

    def result(self) -> R:
        """Return what the call returned, or raise what it raised."""
        if self.error is not None:
            raise self.error
        return cast("R", self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flight(Generic[T]):
    number: int
    unit: T
    tries: int


def outcomes(
    executor: Executor, call: Callable[[T], R], units: Iterable[T], *, tries: int, stop: Stop
) -> Generator[Outcome[R], None, None]:
    """Yield how `call(unit)` ended for each unit, as they end.

    Units are taken as workers become free, one ahead where they are elsewhere. A unit whose worker was
    lost is submitted again, `tries` times in all. On a wish to stop (`Cancelled`), or when the consumer
    stops, what has not begun is dropped and what is under way is waited for.
    """
    ahead = executor.workers + executor.remote
    rest = enumerate(units)
    flying: dict[Future[R], _Flight[T]] = {}

    def begin(flight: _Flight[T]) -> None:
        flying[executor.submit(call, flight.unit)] = flight

    def fill() -> None:
        # Whoever gives the units may have more of them once some have ended.
        while len(flying) < ahead and (following := next(rest, None)) is not None:
            begin(_Flight(number=following[0], unit=following[1], tries=1))

    try:
        while True:
            stop.check()
            fill()
            if not flying:
                return
            ended, _ = wait(flying, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in ended:
                flight = flying.pop(future)
                error = _error_of(future)
                if error is None or not executor.is_lost(error):
                    fill()  # before the consumer takes its time
                    value = future.result() if error is None else None
                    yield Outcome(flight.number, value=value, error=error, tries=flight.tries)
                elif flight.tries < tries:
                    begin(_Flight(number=flight.number, unit=flight.unit, tries=flight.tries + 1))
                else:
                    msg = f"workers were lost {tries} times while they did the same unit"
                    raise RetriesExhausted(msg, found=str(error)) from error
    finally:
        _land(flying)


def _error_of(future: Future[R]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        # Nobody here cancelled it: an engine does so where it has lost what the call needs.
        return error


def _land(flying: Iterable[Future[R]]) -> None:
    """Drop what has not begun, wait for the rest."""
    under_way = [future for future in flying if not future.cancel()]
    wait(under_way)
