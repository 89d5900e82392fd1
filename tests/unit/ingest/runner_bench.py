"""A runner over a lake in memory and an exchange of thirty trades."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tiny_exchange import EPOCH_NS, SECOND_NS, TinyExchange, Wire, tiny_connector

from schemahub._clock import Stop
from schemahub._ingest.assemble import assemble
from schemahub._ingest.report import IngestResult, ProductState
from schemahub._ingest.task import BUSY, Task
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.raw_objects import RawObjects
from schemahub._runner import Runner
from schemahub.builtin.memory_store import MemoryStore
from schemahub.layout import StreamId
from schemahub.settings import IngestSettings
from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._ingest.product import ProductIngest
    from schemahub._lease import LeaseKeeper
    from schemahub.events import Event

NAMES = ("A-USD", "B-USD", "C-USD")
STREAMS = [StreamId("tiny", name) for name in NAMES]


class Bench:
    """A runner over a lake in memory."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock = FakeClock(EPOCH_NS + 10_000 * SECOND_NS)
        self.stop = Stop()
        self.events: list[Event] = []
        self.engine_events: list[Event] = []
        self.exchange = TinyExchange(head=30)
        self.keeper: LeaseKeeper | None = None
        self.aborted = threading.Event()

    def engine(self, stream: StreamId, check: Callable[[], None]) -> ProductIngest:
        return assemble(
            stream,
            connector=tiny_connector(),
            http=Wire(self.exchange, lambda step: step()),
            raw=RawObjects(self.store),
            checkpoints=CheckpointObjects(self.store),
            settings=IngestSettings(batch_size=10, chunk_concurrency=2),
            check_lease=check,
            clock=self.clock,
            stop=self.stop,
            emit=self.engine_events.append,
        )

    def run(self, work: Callable[[ProductIngest], None], workers: int = 2) -> IngestResult:
        """Run what is complete once it is done by somebody."""
        return self.run_task(Task(do=work, left=lambda _: BUSY), workers)

    def run_task(self, task: Task, workers: int = 2) -> IngestResult:
        runner = Runner(
            engine=self.engine,
            keeper=self.keeper,
            workers=workers,
            clock=self.clock,
            stop=self.stop,
            emit=self.events.append,
            abort=self.aborted.set,
        )
        outcomes = runner.run(STREAMS, task)
        return IngestResult(command="ingest", exchange="tiny", products=outcomes, seconds=0)


def states(result: IngestResult) -> dict[str, ProductState]:
    return {outcome.stream.product: outcome.state for outcome in result.products}
