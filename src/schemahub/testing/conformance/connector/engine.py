"""The core's own engine around a connector: a lake in memory, steps that may be the last."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import httpx

from schemahub._clock import Stop
from schemahub._http.client import HttpClient
from schemahub._ingest.assemble import assemble
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.raw_objects import RawObjects
from schemahub.builtin.memory_store import MemoryStore
from schemahub.events import silent
from schemahub.layout import StreamId
from schemahub.object_store import ObjectStore
from schemahub.settings import HttpSettings, IngestSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO, TypeVar

    from schemahub._ingest.product import ProductIngest
    from schemahub.checkpoint import Checkpoint
    from schemahub.connector import Connector
    from schemahub.events import Emit
    from schemahub.object_store import ObjectInfo, Stored
    from schemahub.testing.fake_clock import FakeClock

    T = TypeVar("T")

FOR_EVER_NS = 4_102_444_800_000_000_000


class Killed(BaseException):
    """The process is gone: nothing more of it may reach the world."""


@dataclass(slots=True)
class Steps:
    """Counts I/O; `before(number)` is called ahead of each step, and may be the end."""

    before: Callable[[int], None] = field(default=lambda _number: None)
    taken: int = 0

    def io(self, step: Callable[[], T]) -> T:
        """Do one step."""
        self.taken += 1
        self.before(self.taken)
        return step()


def killing(at: int) -> Steps:
    """Let the process die at a step; it does none after that either."""

    def die(number: int) -> None:
        if number >= at:
            raise Killed

    return Steps(before=die)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lake:
    """A lake in memory, and whatever runs on it."""

    connector: Connector
    product: str
    transport: httpx.BaseTransport
    clock: FakeClock
    store: MemoryStore = field(default_factory=MemoryStore)

    @property
    def stream(self) -> StreamId:
        """Return the stream that is filled."""
        return StreamId(self.connector.name, self.product)

    def run(
        self, work: Callable[[ProductIngest], None], steps: Steps | None = None, emit: Emit = silent
    ) -> None:
        """Let one process work, from its start to its end."""
        steps = steps or Steps()
        store = _Stepped(self.store, steps)
        http = HttpClient(
            self.connector.config.base_url,
            self.connector.rate_limits(),
            self.connector.classify,
            HttpSettings(),
            clock=self.clock,
            stop=Stop(),
            emit=emit,
            transport=_SteppedTransport(self.transport, steps),
            rng=random.Random(0),  # noqa: S311 - jitter, no secret
        )
        engine = assemble(
            self.stream,
            connector=self.connector,
            http=http,
            raw=RawObjects(store),
            checkpoints=CheckpointObjects(store),
            settings=IngestSettings(batch_size=400, plan_batches=2, chunk_concurrency=1, codec="none"),
            check_lease=lambda: None,
            clock=self.clock,
            stop=Stop(),
            emit=emit,
        )
        work(engine)

    def checkpoint(self) -> Checkpoint | None:
        """Return what is known."""
        stored = CheckpointObjects(self.store).load(self.stream)
        return stored.checkpoint if stored else None

    def lines(self) -> list[bytes]:
        """Return what raw holds, batch by batch in the order of positions."""
        raw = RawObjects(self.store)
        batches = sorted(raw.list(self.stream), key=lambda stored: stored.name.first)
        return [line for stored in batches for line in raw.open(stored).read().splitlines()]

    def check_exact(self, expected: list[bytes], when: str) -> None:
        """Expect each trade once, in order, byte for byte (R1)."""
        found = self.lines()
        stored = set(found)
        missing = [line for line in expected if line not in stored]
        assert not missing, f"{when}: expected {len(expected)} trades, missing {len(missing)}: {missing[:2]}"
        doubled = len(found) - len(stored)
        assert not doubled, f"{when}: expected each trade once, found {doubled} more than once"
        same = found == expected
        assert same, f"{when}: expected {len(expected)} trades, found {len(found)}, or another order"


def everything(engine: ProductIngest) -> None:
    """Backfill all of the past."""
    engine.backfill(0, FOR_EVER_NS)


class _SteppedTransport(httpx.BaseTransport):
    def __init__(self, transport: httpx.BaseTransport, steps: Steps) -> None:
        self._transport = transport
        self._steps = steps

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._steps.io(lambda: self._transport.handle_request(request))


class _Stepped(ObjectStore):
    """A store whose every call is a step."""

    scheme: ClassVar[str] = "stepped"

    def __init__(self, store: ObjectStore, steps: Steps) -> None:
        self._store = store
        self._steps = steps

    @classmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Self:
        raise AssertionError((url, options))

    def get(self, key: str) -> Stored:
        return self._steps.io(lambda: self._store.get(key))

    def open(self, key: str) -> BinaryIO:
        return self._steps.io(lambda: self._store.open(key))

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        return iter(self._steps.io(lambda: [*self._store.list(prefix, start_after)]))

    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        return self._steps.io(lambda: self._store.put_new(key, data))

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        return self._steps.io(lambda: self._store.put_if(key, data, version))

    def delete(self, key: str) -> None:
        self._steps.io(lambda: self._store.delete(key))
