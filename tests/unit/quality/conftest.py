"""A lake that the real engine and the real transform filled, in memory, to be damaged by tests."""

from __future__ import annotations

import dataclasses
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import pyarrow.parquet as pq
import pytest

from schemahub import Connector, ConnectorConfig, Head, Page, Request, Response
from schemahub._clock import Stop
from schemahub._ingest.assemble import assemble
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.parquet_table import ParquetTable
from schemahub._lake.raw_objects import RawObjects
from schemahub._quality.gaps import GapsResult, gaps_report
from schemahub._quality.source import Source
from schemahub._quality.status import StatusResult, status
from schemahub._quality.verify import Question, verify
from schemahub._transform.job import TransformJob
from schemahub._transform.run import transform
from schemahub.builtin.memory_store import MemoryStore
from schemahub.codec import compressor
from schemahub.events import silent
from schemahub.layout import RawName, StreamId
from schemahub.raw_sink import RawBatch, RawObject
from schemahub.settings import IngestSettings
from schemahub.testing import FakeClock
from schemahub_mapping import MappingTransformer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa

    from schemahub import Product, Span, Steps
    from schemahub._ingest.product import ProductIngest
    from schemahub._quality.checks import Check
    from schemahub._quality.report import VerifyResult
    from schemahub.checkpoint import Checkpoint
    from schemahub.transformer import Transformer

T = TypeVar("T")
HOUR_NS = 3_600_000_000_000
START_NS = 1_704_067_200_000_000_000
"""2024-01-01; trade n happens 2n hours later, so that a batch falls on several days."""

MAPPING = """
exchange: tiny
version: 1
columns:
  symbol: {product: true}
  trade_id: {from: id, type: int}
  side: {value: BUY}
  price: {from: price, type: decimal}
  quantity: {value: "2.5", type: decimal}
  trade_ts: {from: time, type: timestamp, format: epoch_ns}
"""


def line(position: int, price: str | None = None, time_ns: int | None = None) -> bytes:
    if time_ns is None:
        time_ns = START_NS + 2 * position * HOUR_NS
    text = {"id": position, "price": price or f"{position}.5", "time": time_ns}
    return json.dumps(text).encode()


class TinyConnector(Connector):
    """Pages of four trades, one a line."""

    name = "tiny"
    page_limit = 4
    Config = ConnectorConfig

    def products(self) -> Steps[tuple[Product, ...]]:
        yield Request(path="/")
        return ()

    def head(self, product: str) -> Steps[Head]:
        response = yield Request(path=product, params={"first": "1", "last": "1000000"})
        rows = [json.loads(text) for text in response.body.splitlines()]
        return Head(positions=[row["id"] for row in rows], times_ns=[row["time"] for row in rows])

    def page(self, product: str, span: Span) -> Steps[Page]:
        params = {"first": str(span.first), "last": str(span.last)}
        response = yield Request(path=product, params=params)
        lines = response.body.splitlines()
        rows = [json.loads(text) for text in lines]
        times = [row["time"] for row in rows] or [None]
        return Page(
            positions=[row["id"] for row in rows],
            lines=lines,
            first_time_ns=times[0],
            last_time_ns=times[-1],
        )


@dataclass
class Lake:
    """The exchange, the lake, and what can be done to both."""

    head: int = 40
    missing: set[int] = field(default_factory=set)
    bad: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    prices: dict[int, str] = field(default_factory=dict)
    times_ns: dict[int, int] = field(default_factory=dict)
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: FakeClock = field(default_factory=FakeClock)
    mapping: str = MAPPING
    btc: StreamId = field(default_factory=lambda: StreamId("tiny", "BTC-USD"))

    @property
    def raw(self) -> RawObjects:
        return RawObjects(self.store)

    @property
    def checkpoints(self) -> CheckpointObjects:
        return CheckpointObjects(self.store)

    @property
    def table(self) -> ParquetTable:
        return ParquetTable(self.store)

    def drive(self, steps: Steps[T]) -> T:
        try:
            request = next(steps)
            while True:
                request = steps.send(self._answer(request))
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # StopIteration is not generic

    def call(self, start: Callable[[], Steps[T]]) -> T:
        return self.drive(start())

    def _answer(self, request: Request) -> Response:
        first, last = int(request.params["first"]), min(self.head, int(request.params["last"]))
        ids = (i for i in range(first, last + 1) if i not in self.missing)
        lines = [line(i, "much" if i in self.bad else self.prices.get(i), self._time_ns(i)) for i in ids]
        return Response(request=request, status=200, headers={}, body=b"\n".join(lines))

    def _time_ns(self, position: int) -> int:
        usual = START_NS + 2 * position * HOUR_NS - (3 * HOUR_NS if position in self.late else 0)
        return self.times_ns.get(position, usual)

    def engine(self, product: str = "BTC-USD") -> ProductIngest:
        return assemble(
            StreamId("tiny", product),
            connector=TinyConnector(ConnectorConfig(base_url="tiny:", requests_per_second=1, burst=1)),
            http=self,
            raw=self.raw,
            checkpoints=self.checkpoints,
            settings=IngestSettings(batch_size=10, chunk_concurrency=1),
            check_lease=lambda: None,
            clock=self.clock,
            stop=Stop(),
            emit=silent,
        )

    def ingest(self, product: str = "BTC-USD") -> None:
        self.engine(product).live(0)
        self.clock.advance(90)

    def backfill(self, first: int, last: int) -> None:
        self.engine().backfill(START_NS + 2 * first * HOUR_NS, START_NS + (2 * last + 1) * HOUR_NS)
        self.clock.advance(90)

    def transformer_for(self, exchange: str) -> Transformer:
        return MappingTransformer.open(exchange, self.mapping, "tiny.yaml")

    def transform(self) -> None:
        job = TransformJob(
            raw=self.raw,
            table=self.table,
            store=self.store,
            transformer_for=self.transformer_for,
            clock=self.clock,
            stop=Stop(),
        )
        assert transform(job).complete

    def verify(
        self,
        *,
        deep: bool = False,
        allow_confirmed: bool = False,
        exchange: str | None = None,
        products: list[str] | None = None,
        stop: Stop | None = None,
    ) -> VerifyResult:
        question = Question(deep=deep, allow_confirmed=allow_confirmed, exchange=exchange, products=products)
        return verify(self.source, question, stop)

    @property
    def source(self) -> Source:
        return Source(
            raw=self.raw,
            checkpoints=self.checkpoints,
            table=self.table,
            store=self.store,
            transformer_for=self.transformer_for,
        )

    def gaps(self, products: list[str] | None = None) -> GapsResult:
        return gaps_report(self.source, products=products)

    def status(self) -> StatusResult:
        return status(self.source, self.clock)

    def objects(self) -> list[RawObject]:
        """Return the raw objects by position."""
        return sorted(self.raw.list(self.btc), key=lambda stored: stored.name.first)

    def checkpoint(self) -> Checkpoint:
        stored = self.checkpoints.load(self.btc)
        assert stored is not None
        return stored.checkpoint

    def edit(self, change: Callable[[Checkpoint], Checkpoint]) -> None:
        stored = self.checkpoints.load(self.btc)
        assert stored is not None
        self.checkpoints.save(change(stored.checkpoint), stored.version)

    def replace(self, key: str, data: bytes) -> None:
        self.store.delete(key)
        self.store.put_new(key, data)

    def fill(self, stored: RawObject, ids: Iterable[int]) -> None:
        """Put other lines into a raw object."""
        packer = compressor(stored.name.codec)
        data = packer.compress(b"".join(line(i) + b"\n" for i in ids)) + packer.flush()
        self.replace(stored.key, data)

    def add(self, first: int, last: int, later_us: int = 1) -> RawName:
        """Store a batch that no plan knows, made that much later than the first one."""
        model = self.objects()[0].name
        name = dataclasses.replace(
            model,
            first=first,
            last=last,
            count=last - first + 1,
            uuid=str(UUID(int=first)),
            created_us=model.created_us + later_us,
        )
        packer = compressor(name.codec)
        lines = b"".join(line(i) + b"\n" for i in range(first, last + 1))
        self.raw.put(RawBatch(stream=self.btc, name=name, data=packer.compress(lines) + packer.flush()))
        return name

    def rows_of(self, key: str) -> pa.Table:
        return pq.read_table(io.BytesIO(self.store.get(key).data))

    def rewrite(
        self, key: str, change: Callable[[pa.Table], pa.Table], row_group_size: int | None = None
    ) -> None:
        """Put other rows into a table file; the manifest learns its size and no more."""
        sink = io.BytesIO()
        pq.write_table(change(self.rows_of(key)), sink, row_group_size, store_schema=False)
        self.replace(key, sink.getvalue())
        self.remanifest(key, bytes=len(sink.getvalue()))

    def remanifest(self, key: str, **promises: Any) -> None:  # noqa: ANN401 - any field of a DataFile
        """Let the manifest promise other things of a file."""
        base = self.table.snapshot()
        files = (dataclasses.replace(f, **promises) if f.key == key else f for f in base.files)
        self.table.commit(base, dataclasses.replace(base, files=tuple(files)))


def found(result: VerifyResult, state: str = "failed") -> dict[str, Check]:
    """Return the checks in a state by name."""
    every = (*result.table, *(check for proof in result.products for check in proof.checks))
    return {check.name: check for check in every if check.state.value == state}


@pytest.fixture
def empty() -> Lake:
    return Lake()


@pytest.fixture
def lake() -> Lake:
    """40 trades of one product, a hole that healed among them, all in the table."""
    lake = Lake(missing={17})
    lake.backfill(1, 40)
    lake.missing.clear()
    lake.engine().fill_gaps()
    lake.ingest()
    lake.transform()
    return lake


@pytest.fixture
def findings() -> Callable[..., dict[str, Check]]:
    return found
