"""A backfill on an executor: a product at a time, a slice of time at a time, with a share of the rate."""

from __future__ import annotations

import dataclasses
from collections import Counter, deque
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._collecting import Collecting, time_limit
from schemahub._ingest.report import ExchangeFailure, IngestResult, ProductOutcome, ProductState
from schemahub._ingest.task import backfill_task
from schemahub._process_lock import process_lock
from schemahub._rate_share import rate_share, shares_of
from schemahub._run_events import between_run_events
from schemahub.errors import Cancelled, SchemahubError
from schemahub.events import BatchStored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from schemahub._clock import Stop
    from schemahub._config import Settings
    from schemahub._executing.crew import Crew
    from schemahub._executing.outcomes import Outcome
    from schemahub._jobs import Jobs
    from schemahub._side_by_side import SideBySide
    from schemahub.events import Event
    from schemahub.layout import StreamId

_SLICE_SECONDS = 60.0
"""After which, and the batch in hand, a worker comes back: a wish to stop is heard, and a worker that has
come meanwhile gets something to do."""
_PAUSE_SECONDS = 5.0
"""Between two looks at a product that a lost worker may still hold."""


_OTHERS = {ProductState.BUSY, ProductState.HELD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A product and the range of time to fetch, as far as a slice of a worker's time goes, after a pause."""

    stream: StreamId
    first_ns: int
    last_ns: int
    shares: int
    pause_seconds: float = 0.0


def do_slice(jobs: Jobs, unit: Slice) -> ProductOutcome:
    """Fetch for a slice of time; what is not done then is `STOPPED`, and the next slice goes on there."""
    exchange = unit.stream.exchange
    own = dataclasses.replace(jobs, settings=_of_a_slice(jobs.settings), given_stop=jobs.stop())
    own.clock.wait(unit.pause_seconds, own.stop())
    with rate_share(own, exchange, unit.shares) as share:
        clock = _SliceClock(own)

        def check() -> None:
            share.check()
            clock.check()

        part = Collecting(
            command="backfill",
            lake=own.lake,
            exchange=exchange,
            products=[unit.stream.product],
            settings=share.settings,
            clock=own.clock,
            stop=own.stop(),
            emit=clock.emit,
            check=check,
        )
        return part.run_part(part.streams(), backfill_task(unit.first_ns, unit.last_ns)).products[0]


class _SliceClock:
    """Ends a slice behind a batch: one that ended within would fetch the same pages again, for ever."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._ends = jobs.clock.monotonic() + _SLICE_SECONDS
        self._over = False

    def emit(self, event: Event) -> None:
        self._jobs.emit(event)
        if isinstance(event, BatchStored) and self._jobs.clock.monotonic() >= self._ends:
            self._over = True

    def check(self) -> None:
        if self._over:
            msg = "the slice of time is over"
            raise Cancelled(msg)


def _of_a_slice(settings: Settings) -> Settings:
    """Leave out what is the whole run's: its time limit, and its lock if it has one."""
    ingest = settings.ingest.model_copy(update={"max_minutes": None})
    locks = settings.locks.model_copy(update={"process": False})
    return settings.model_copy(update={"ingest": ingest, "locks": locks})


class _Queue:
    """Slices to hand out: an iterator that has more of them again once one came back unfinished."""

    def __init__(self, slices: Iterable[Slice]) -> None:
        self._waiting = deque(slices)
        self.given: list[Slice] = []

    def __iter__(self) -> Iterator[Slice]:
        return self

    def __next__(self) -> Slice:
        if not self._waiting:
            raise StopIteration
        self.given.append(self._waiting.popleft())
        return self.given[-1]

    def again(self, unit: Slice) -> None:
        self._waiting.append(unit)


def spread_backfill(
    jobs: Jobs, crew: Crew[Jobs], parts: SideBySide, first_ns: int, last_ns: int
) -> IngestResult:
    """Backfill all products on the crew's workers, until done or told to stop.

    However many workers there are, the exchange is asked no faster than by one. A worker that is lost
    leaves its product to another; leases, plans and names keep raw exact.
    """
    jobs = dataclasses.replace(jobs, settings=parts.parts[0].settings, given_stop=parts.stop)
    streams, failures = _streams(parts)
    one = parts.parts[0].exchange if len(parts.parts) == 1 else None

    def work() -> IngestResult:
        began = jobs.clock.monotonic()
        queue = _Queue(_slices(jobs, crew, streams, first_ns, last_ns))
        with _locked(jobs, parts), time_limit(jobs.settings.ingest.max_minutes, parts.stop):
            outcomes = _run(jobs, crew, queue, parts.stop)
        return IngestResult(
            command="backfill",
            exchange=one,
            products=tuple(outcomes.get(stream, _not_begun(stream, parts.stop)) for stream in streams),
            seconds=jobs.clock.monotonic() - began,
            failures=failures,
        )

    return between_run_events(
        work,
        command="backfill",
        clock=jobs.clock,
        emit=jobs.emit,
        exchange=one,
        products=[stream.product for stream in streams],
    )


@contextmanager
def _locked(jobs: Jobs, parts: SideBySide) -> Iterator[None]:
    """Keep a second backfill of these exchanges out, if the settings want that."""
    with ExitStack() as stack:
        for part in parts.parts:
            lock = process_lock(
                part.command, jobs.lake.locks, jobs.settings.locks, jobs.clock, exchange=part.exchange
            )
            stack.enter_context(lock)
        yield


def _slices(
    jobs: Jobs, crew: Crew[Jobs], streams: Sequence[StreamId], first_ns: int, last_ns: int
) -> Iterator[Slice]:
    """Give each product the shares that are one worker's part, if all workers are at work."""
    products = Counter(stream.exchange for stream in streams)
    for stream in streams:
        at_once = min(crew.size, products[stream.exchange])
        shares = max(1, shares_of(jobs.settings, stream.exchange) // at_once)
        yield Slice(stream=stream, first_ns=first_ns, last_ns=last_ns, shares=shares)


def _run(jobs: Jobs, crew: Crew[Jobs], queue: _Queue, stop: Stop) -> dict[StreamId, ProductOutcome]:
    outcomes: dict[StreamId, ProductOutcome] = {}
    held_until: dict[StreamId, float] = {}
    doing = crew.do(do_slice, jobs, queue, stop=stop, emit=jobs.emit)
    with closing(doing), suppress(Cancelled):
        for ended in doing:
            unit = queue.given[ended.number]
            outcome = _outcome(unit, ended)
            before = outcomes.get(unit.stream)
            total = outcome.trades + (before.trades if before else 0)
            outcomes[unit.stream] = dataclasses.replace(outcome, trades=total)
            now = jobs.clock.monotonic()
            if ended.tries > 1:
                # On another machine, nobody sees that the worker is gone: its lease has to run out.
                held_until.setdefault(unit.stream, now + jobs.settings.locks.ttl_seconds)
            if stop.is_set:
                continue
            if outcome.state is ProductState.STOPPED:
                queue.again(dataclasses.replace(unit, pause_seconds=0.0))
            elif outcome.state in _OTHERS and now < held_until.get(unit.stream, 0.0):
                queue.again(dataclasses.replace(unit, pause_seconds=_PAUSE_SECONDS))
    return outcomes


def _outcome(unit: Slice, ended: Outcome[ProductOutcome]) -> ProductOutcome:
    try:
        return ended.result()
    except Cancelled as error:
        return ProductOutcome(stream=unit.stream, state=ProductState.STOPPED, reason=str(error))
    except SchemahubError as error:
        return ProductOutcome(stream=unit.stream, state=ProductState.FAILED, reason=str(error))


def _not_begun(stream: StreamId, stop: Stop) -> ProductOutcome:
    return ProductOutcome(stream=stream, state=ProductState.STOPPED, reason=stop.reason)


def _streams(parts: SideBySide) -> tuple[list[StreamId], tuple[ExchangeFailure, ...]]:
    streams: list[StreamId] = []
    failures: list[ExchangeFailure] = []
    for part in parts.parts:
        try:
            streams += part.streams()
        except SchemahubError as error:
            if len(parts.parts) == 1:
                raise
            failures.append(ExchangeFailure(exchange=part.exchange, reason=str(error)))
    return streams, tuple(failures)
