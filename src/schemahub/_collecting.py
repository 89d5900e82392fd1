"""`ingest`, `backfill` and rechecks: one command over many products of one exchange."""

from __future__ import annotations

import dataclasses
import difflib
import logging
import threading
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._exchange import Exchange, connected
from schemahub._ingest.assemble import assemble
from schemahub._ingest.estimate import Estimate
from schemahub._ingest.report import EstimateResult, IngestResult, ProductOutcome, ProductState
from schemahub._lake.symbols import learn_symbols, read_symbols
from schemahub._plugins import find
from schemahub._process_lock import keeper_of, process_lock
from schemahub._run_events import between_run_events
from schemahub._runner import Runner
from schemahub._seed import collected, read_seed
from schemahub.errors import ConfigError, PermanentError, RetryableError, SchemahubError
from schemahub.layout import StreamId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from schemahub._clock import Clock, Stop
    from schemahub._config import Settings
    from schemahub._ingest.product import ProductIngest
    from schemahub._ingest.task import Task
    from schemahub._lake.opening import Lake
    from schemahub._lease import LeaseKeeper
    from schemahub.events import Emit

_log = logging.getLogger("schemahub")
_SECONDS_PER_MINUTE = 60


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Collecting:
    """What one command works with."""

    command: str
    lake: Lake
    exchange: str
    products: Sequence[str] | None
    settings: Settings
    clock: Clock
    stop: Stop
    emit: Emit
    check: Callable[[], None] = field(default=_nothing, repr=False)
    """Called before each piece of work, beside the check of the product's lease."""

    def run(self, task: Task) -> IngestResult:
        """Do a task for each product, behind leases, until done or told to stop."""
        streams = self.streams()
        return between_run_events(
            lambda: self.run_part(streams, task),
            command=self.command,
            clock=self.clock,
            emit=self.emit,
            exchange=self.exchange,
            products=[stream.product for stream in streams],
        )

    def run_part(self, streams: Sequence[StreamId], task: Task) -> IngestResult:
        """Do a task for some products, as a part of a run that others tell the beginning and end of."""
        began = self.clock.monotonic()
        limit = time_limit(self.settings.ingest.max_minutes, self.stop)
        with self._process_lock(), self._connected() as exchange, limit, ExitStack() as stack:
            self._learn_symbols(exchange, streams)
            runner = Runner(
                engine=lambda stream, check: self._engine(exchange, stream, check),
                keeper=self._keeper(stack),
                workers=self.settings.ingest.workers,
                clock=self.clock,
                stop=self.stop,
                emit=self.emit,
                abort=exchange.http.abort,
            )
            outcomes = runner.run(streams, task)
        return IngestResult(
            command=self.command,
            exchange=self.exchange,
            products=tuple(map(self._with_nearest, outcomes)),
            seconds=self.clock.monotonic() - began,
        )

    def estimate(self, work: Callable[[ProductIngest, int], Estimate]) -> EstimateResult:
        """Say what `run` would do; the lake is not touched, and no lease is taken."""
        with self._connected() as exchange:
            estimates = [self._estimate(exchange, stream, work) for stream in self.streams()]
            rate = exchange.connector.config.requests_per_second
        requests = sum(estimate.requests or 0 for estimate in estimates)
        return EstimateResult(
            command=self.command,
            exchange=self.exchange,
            products=tuple(estimates),
            requests_per_second=rate,
            minutes=requests / rate / _SECONDS_PER_MINUTE,
        )

    def streams(self) -> tuple[StreamId, ...]:
        """Return the streams to work on: those named, else those in the seed."""
        if self.products:
            return tuple(StreamId(self.exchange, product) for product in dict.fromkeys(self.products))
        seed = read_seed(self.lake.store, self.exchange)
        if seed is None:
            # A name that no plugin has is the nearer cause.
            find("connectors", self.exchange)
            msg = f"no products are named, and the lake has no seed of {self.exchange!r}"
            hint = f"Run `schemahub update-seed --exchange {self.exchange}`, or name some with --product"
            raise ConfigError(msg, where=self.lake.url, hint=hint)
        return tuple(StreamId(self.exchange, product) for product in collected(seed))

    def _with_nearest(self, outcome: ProductOutcome) -> ProductOutcome:
        """Add the product that was probably meant, where a failed one is not in the seed."""
        if outcome.state is not ProductState.FAILED or not self.products:
            return outcome
        seed = read_seed(self.lake.store, self.exchange) or ()
        listed, name = [product.id for product in seed], outcome.stream.product
        near = difflib.get_close_matches(name.upper(), listed, n=1)
        if name in listed or not near:
            return outcome
        return dataclasses.replace(outcome, reason=f"{outcome.reason}. Did you mean {near[0]}?")

    def _learn_symbols(self, exchange: Exchange, streams: Sequence[StreamId]) -> None:
        """Ask once what the products are, where their ids do not tell: nobody may be able to later."""
        if exchange.connector.product_is_symbol:
            return
        known = read_symbols(self.lake.store, self.exchange)
        if all(stream.product in known for stream in streams):
            return
        try:
            learn_symbols(self.lake.store, self.exchange, exchange.http.call(exchange.connector.products))
        except (RetryableError, PermanentError) as error:
            # Trades can be stored without. The transform says which products it has no symbol for.
            _log.warning("what the products of %s stand for could not be learned: %s", self.exchange, error)

    def _connected(self) -> AbstractContextManager[Exchange]:
        return connected(self.exchange, self.settings, clock=self.clock, stop=self.stop, emit=self.emit)

    def _engine(self, exchange: Exchange, stream: StreamId, check: Callable[[], None]) -> ProductIngest:
        def both() -> None:
            check()
            self.check()

        return assemble(
            stream,
            connector=exchange.connector,
            http=exchange.http,
            raw=self.lake.raw,
            checkpoints=self.lake.checkpoints,
            settings=self.settings.ingest,
            check_lease=both,
            clock=self.clock,
            stop=self.stop,
            emit=self.emit,
            files=exchange.http if exchange.http.has_archive else None,
        )

    def _estimate(
        self, exchange: Exchange, stream: StreamId, work: Callable[[ProductIngest, int], Estimate]
    ) -> Estimate:
        engine = self._engine(exchange, stream, lambda: None)
        try:
            return work(engine, exchange.connector.page_limit)
        except SchemahubError as error:
            return Estimate(stream=stream, error=str(error))

    def _keeper(self, stack: ExitStack) -> LeaseKeeper | None:
        if self.lake.locks is None:
            return None
        return stack.enter_context(keeper_of(self.lake.locks, self.settings.locks, self.clock))

    def _process_lock(self) -> AbstractContextManager[None]:
        locks = self.settings.locks
        return process_lock(self.command, self.lake.locks, locks, self.clock, exchange=self.exchange)


@contextmanager
def time_limit(minutes: float | None, stop: Stop) -> Iterator[None]:
    """Set `stop` once the block has taken so many minutes; None is no limit."""
    if minutes is None:
        yield
        return
    reason = f"the time limit of {minutes:g} minutes is reached"
    timer = threading.Timer(minutes * _SECONDS_PER_MINUTE, stop.set, [reason])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
