"""One command over several exchanges at once, each behind a protection of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from schemahub._ingest.report import EstimateResult, ExchangeFailure, IngestResult
from schemahub._interrupts import interrupts
from schemahub._seeding import SeedsResult, update_seed
from schemahub.errors import SchemahubError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemahub._clock import Stop
    from schemahub._collecting import Collecting
    from schemahub._config import Settings
    from schemahub._ingest.estimate import Estimate
    from schemahub._ingest.product import ProductIngest
    from schemahub._ingest.task import Task
    from schemahub.results import Result

R = TypeVar("R")


def exchanges_of(given: str | Sequence[str] | None, settings: Settings) -> tuple[str, ...]:
    """Return the exchanges to work on, each once: those given, else those of the settings."""
    if given:
        return (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))
    return settings.exchanges or (settings.exchange,)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The parts of one command, one an exchange, in the order that results are shown in.

    Parts share the lake, the clock and the wish to stop, and nothing else: each has its rate limiter,
    breaker, connections, leases and workers. An exchange that is down delays no other one, and its failure
    is a line of the result (R9). A single part is run as it is, and raises its own error.
    """

    parts: tuple[Collecting, ...]
    stop: Stop

    def run(self, task: Task) -> IngestResult:
        """Do a task for each product of each exchange, until done or told to stop."""
        with interrupts(self.stop):
            if len(self.parts) == 1:
                return self.parts[0].run(task)
            done, failures = self._each(lambda part: part.run(task))
        return IngestResult(
            command=self.parts[0].command,
            exchange=None,
            products=tuple(outcome for result in done for outcome in result.products),
            seconds=max((result.seconds for result in done), default=0.0),
            failures=failures,
        )

    def estimate(self, work: Callable[[ProductIngest, int], Estimate]) -> EstimateResult:
        """Say what `run` would do."""
        if len(self.parts) == 1:
            return self.parts[0].estimate(work)
        done, failures = self._each(lambda part: part.estimate(work))
        return EstimateResult(
            command=self.parts[0].command,
            exchange=None,
            products=tuple(estimate for result in done for estimate in result.products),
            requests_per_second=sum(result.requests_per_second for result in done),
            minutes=max((result.minutes for result in done), default=0.0),
            failures=failures,
        )

    def update_seed(self) -> Result:
        """Write each exchange's product list into the lake."""
        if len(self.parts) == 1:
            return update_seed(self.parts[0])
        done, failures = self._each(update_seed)
        return SeedsResult(seeds=done, failures=failures)

    def _each(self, work: Callable[[Collecting], R]) -> tuple[tuple[R, ...], tuple[ExchangeFailure, ...]]:
        """Do something for all exchanges at once; Ctrl-C stops all of them."""
        with ThreadPoolExecutor(len(self.parts), thread_name_prefix="exchange") as pool:
            futures = [pool.submit(work, part) for part in self.parts]
            while True:
                try:
                    wait(futures)
                    break
                except KeyboardInterrupt:
                    self.stop.set("interrupted")
        done, failures = [], []
        for part, future in zip(self.parts, futures, strict=True):
            try:
                done.append(future.result())
            except SchemahubError as error:
                failures.append(ExchangeFailure(exchange=part.exchange, reason=str(error)))
        return tuple(done), tuple(failures)
