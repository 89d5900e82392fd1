"""Work on many products at once: threads, leases, walls between products, and what became of each."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._ingest.report import ProductOutcome, ProductState
from schemahub._turns import Turns
from schemahub.errors import Cancelled, LeaseLost, SchemahubError
from schemahub.events import Emit, LeaseHeld, ProductFinished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from schemahub._clock import Clock, Stop
    from schemahub._ingest.product import ProductIngest
    from schemahub._ingest.task import Task
    from schemahub._lease import LeaseKeeper
    from schemahub._turns import Turn
    from schemahub.layout import StreamId

_log = logging.getLogger("schemahub")
_NS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs one command's work over products; `abort` makes blocked requests fail at once."""

    engine: Callable[[StreamId, Callable[[], None]], ProductIngest]
    keeper: LeaseKeeper | None
    workers: int
    clock: Clock
    stop: Stop
    emit: Emit
    abort: Callable[[], None]

    def run(self, streams: Sequence[StreamId], task: Task) -> tuple[ProductOutcome, ...]:
        """Do a task for each stream and return the outcomes in the same order.

        A product that another runner holds comes again, once, after all others: it may have died. One
        product's failure never stops another (R9). Ctrl-C stops all of them: unfinished batches are
        dropped, what is stored stays, leases are given back.
        """
        turns = Turns(streams)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="product") as pool, self._aborting():
            futures = [pool.submit(self._take_turns, turns, task) for _ in range(self.workers)]
            while True:
                try:
                    wait(futures)
                    break
                except KeyboardInterrupt:
                    self.stop.set("interrupted")
        outcomes = {outcome.stream: outcome for future in futures for outcome in future.result()}
        return tuple(outcomes[stream] for stream in streams)

    def _take_turns(self, turns: Turns[StreamId], task: Task) -> list[ProductOutcome]:
        outcomes = []
        while turn := turns.next():
            outcome = self._one(turn, task)
            if outcome is None:
                turns.again(turn)
            else:
                outcomes.append(outcome)
        return outcomes

    @contextmanager
    def _aborting(self) -> Iterator[None]:
        # Requests in flight would hold a stop up for as long as their timeouts.
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                if self.stop.wait(0.2):
                    self.abort()
                    return

        watcher = threading.Thread(target=watch, name="schemahub-abort", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def _one(self, turn: Turn[StreamId], task: Task) -> ProductOutcome | None:
        """Work on a product; None if somebody else does, and it has another turn."""
        began = self.clock.monotonic()
        outcome = self._guarded(turn, task)
        if outcome is None:
            return None
        error = outcome.reason if not outcome.complete else None
        seconds = self.clock.monotonic() - began
        self.emit(
            ProductFinished(
                stream=turn.item,
                trades=outcome.trades,
                error=error,
                seconds=seconds,
                lag_seconds=self._lag_seconds(outcome),
            )
        )
        return outcome

    def _lag_seconds(self, outcome: ProductOutcome) -> float | None:
        mark = outcome.checkpoint.watermark if outcome.checkpoint else None
        if mark is None or mark.time_ns is None:
            return None
        return (self.clock.now_ns() - mark.time_ns) / _NS_PER_SECOND

    def _guarded(self, turn: Turn[StreamId], task: Task) -> ProductOutcome | None:
        stream = turn.item
        if self.stop.is_set:
            return ProductOutcome(stream=stream, state=ProductState.STOPPED, reason=self.stop.reason)
        try:
            if self.keeper is None:
                return self._work(stream, task, lambda: None)
            with self.keeper.hold(stream.lease_name) as held:
                if held is not None:
                    return self._work(stream, task, held.check)
            return self._left(stream, task, self.keeper) if turn.last else None
        except SchemahubError as error:
            return ProductOutcome(stream=stream, state=ProductState.FAILED, reason=str(error))
        # The wall between products: whatever a connector does, the others go on (R9).
        except Exception as error:  # noqa: BLE001 - see above
            _log.debug("unexpected failure of %s", stream, exc_info=True)
            reason = f"{type(error).__name__}: {error}"
            return ProductOutcome(stream=stream, state=ProductState.FAILED, reason=reason)

    def _left(self, stream: StreamId, task: Task, keeper: LeaseKeeper) -> ProductOutcome:
        """Say what becomes of a task on a product that somebody else has."""
        holder = keeper.holder(stream.lease_name)
        self.emit(LeaseHeld(stream=stream, holder=holder))
        engine = self.engine(stream, lambda: None)
        try:
            found = task.left(engine)
        except Cancelled as error:
            return ProductOutcome(stream=stream, state=ProductState.STOPPED, reason=str(error))
        if found.state is ProductState.DONE:
            return _outcome(engine, ProductState.DONE, None, by_another=True)
        reason = f"{holder} works on it" + (f": {found.why}" if found.why else "")
        return ProductOutcome(stream=stream, state=found.state, reason=reason)

    def _work(self, stream: StreamId, task: Task, check: Callable[[], None]) -> ProductOutcome:
        engine = self.engine(stream, check)
        state, reason = ProductState.DONE, None
        try:
            task.do(engine)
        except (Cancelled, LeaseLost) as error:
            state, reason = ProductState.STOPPED, str(error)
        except SchemahubError as error:
            state, reason = ProductState.FAILED, str(error)
        return _outcome(engine, state, reason)


def _outcome(
    engine: ProductIngest, state: ProductState, reason: str | None, *, by_another: bool = False
) -> ProductOutcome:
    checkpoint = engine.stored()
    tally = engine.tally
    if state is ProductState.DONE and tally.rebuilt_holes:
        state = ProductState.REBUILT
        reason = f"{tally.rebuilt_holes:,} trades between stored batches: schemahub backfill --fill-gaps"
    elif state is ProductState.DONE and checkpoint and checkpoint.open_gaps:
        state = ProductState.GAPS
        reason = f"the exchange does not serve {checkpoint.open_gaps}: schemahub gaps --recheck"
    elif state is ProductState.DONE and tally.unreachable:
        state = ProductState.OUT_OF_REACH
        reason = "the exchange no longer serves some of what was asked for: schemahub gaps"
    elif state is ProductState.DONE and (by_another or tally.by_another) and not tally.trades:
        state = ProductState.ELSEWHERE
    return ProductOutcome(
        stream=engine.stream, state=state, trades=tally.trades, checkpoint=checkpoint, reason=reason
    )
