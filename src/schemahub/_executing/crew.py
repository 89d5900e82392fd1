"""Who does a command's units: this process with the job it has, or workers with one of their own."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from schemahub._executing.outcomes import Outcome, outcomes
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from schemahub._clock import Stop
    from schemahub.events import Emit, Event
    from schemahub.executor import Executor

J = TypeVar("J")
U = TypeVar("U")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew(Generic[J]):
    """An executor, and how a worker elsewhere gets the job that units are done with.

    `make` is picklable and opens the lake anew; its job tells what happens to the given `emit`.
    """

    executor: Executor
    make: Callable[[Emit], J]
    tries: int

    @property
    def size(self) -> int:
        """Return how many units are done at the same time."""
        return self.executor.workers

    def do(
        self, work: Callable[[J, U], R], job: J, units: Iterable[U], *, stop: Stop, emit: Emit
    ) -> Generator[Outcome[R], None, None]:
        """Do `work(job, unit)` for each unit; see `outcomes`. `emit` hears what happens elsewhere, too."""
        if not self.executor.remote:
            here = functools.partial(work, job)
            yield from outcomes(self.executor, here, units, tries=self.tries, stop=stop)
            return
        there = _Elsewhere(work=work, make=self.make, versions=_versions())
        for outcome in outcomes(self.executor, there, units, tries=self.tries, stop=stop):
            yield _heard(outcome, emit)


def done(  # noqa: PLR0913 - who, what, with what, of what; and the two ways out
    crew: Crew[J] | None,
    work: Callable[[J, U], R],
    job: J,
    units: Iterable[U],
    *,
    stop: Stop,
    emit: Emit,
) -> Generator[Outcome[R], None, None]:
    """Do the units by the crew; without one here, one after another."""
    return _alone(work, job, units) if crew is None else crew.do(work, job, units, stop=stop, emit=emit)


def _alone(work: Callable[[J, U], R], job: J, units: Iterable[U]) -> Generator[Outcome[R], None, None]:
    for number, unit in enumerate(units):
        try:
            value = work(job, unit)
        except Exception as error:  # noqa: BLE001 - handed to whoever takes the result, as executors do
            yield Outcome(number, error=error)
        else:
            yield Outcome(number, value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Elsewhere(Generic[J, U, R]):
    """A call that can be sent; it comes back with what happened on the way."""

    work: Callable[[J, U], R]
    make: Callable[[Emit], J]
    versions: tuple[str, ...]

    def __call__(self, unit: U) -> tuple[R, list[Event]]:
        found = _versions()
        if found != self.versions:
            # The same unit done twice has to write the same bytes, wherever it is done (R10).
            msg = "a worker has other versions than this process"
            expected, has = ", ".join(self.versions), ", ".join(found)
            raise ConfigError(msg, expected=expected, found=has, hint="Install the same on all machines.")
        happened: list[Event] = []
        return self.work(self.make(happened.append), unit), happened


def _heard(outcome: Outcome[tuple[R, list[Event]]], emit: Emit) -> Outcome[R]:
    """Tell here what happened there."""
    if outcome.error is not None or outcome.value is None:
        return Outcome(outcome.number, error=outcome.error, tries=outcome.tries)
    value, happened = outcome.value
    for event in happened:
        emit(event)
    return Outcome(outcome.number, value=value, tries=outcome.tries)


def _versions() -> tuple[str, ...]:
    import schemahub

    try:
        import pyarrow as pa
    except ImportError:
        return (f"schemahub {schemahub.__version__}",)
    return f"schemahub {schemahub.__version__}", f"pyarrow {pa.__version__}"
