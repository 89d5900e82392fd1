"""A lake in memory with raw batches, a small transformer, and a store that fails where it is told to."""

from __future__ import annotations

import contextlib
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, NoReturn, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemahub._clock import Stop
from schemahub._executing.crew import Crew
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.parquet_table import ParquetTable
from schemahub._lake.raw_objects import RawObjects
from schemahub._transform.job import TransformJob
from schemahub.builtin.inline_executor import InlineExecutor
from schemahub.builtin.memory_store import MemoryStore
from schemahub.codec import compressor
from schemahub.errors import Conflict, NotFound, RetryableError
from schemahub.layout import RawName, StreamId, batch_uuid
from schemahub.object_store import ObjectInfo, ObjectStore, Stored
from schemahub.raw_sink import RawBatch
from schemahub.settings import TransformSettings
from schemahub.testing import FakeClock
from schemahub.transformer import RawLines, Rejected, Transformed, Transformer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from schemahub.events import Event

T = TypeVar("T")
_PLAN = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
_DAY_US = 86_400_000_000
_START_US = 1_704_067_200_000_000  # 2024-01-01
_TIME = pa.timestamp("us", tz="UTC")


class PlainTransformer(Transformer):
    """Reads `{"id": 7, "us": 1}`; a line that says `bad`, or is no JSON, is rejected."""

    def __init__(self, digest: str = "first") -> None:
        self._digest = digest

    @classmethod
    def open(cls, exchange: str, mapping: str, source: str) -> PlainTransformer:
        del exchange, source
        return cls(mapping)

    @property
    def digest(self) -> str:
        return self._digest

    def transform(self, batch: RawLines) -> Transformed:
        good: list[dict[str, Any]] = []
        lines, rejected = [], []
        for number, line in enumerate(batch.data.splitlines()):
            if b"bad" in line or not line.strip():
                rejected.append(Rejected(line=number, rule="bad", data=line))
            else:
                good.append(json.loads(line))
                lines.append(number)
        times = [row["us"] for row in good]
        rows = pa.table(
            {
                "exchange": pa.array(["COINBASE"] * len(good), pa.string()),
                "symbol": pa.array([batch.stream.product] * len(good), pa.string()),
                "trade_id": pa.array([str(row["id"]) for row in good], pa.string()),
                "side": pa.array(["BUY"] * len(good), pa.string()),
                "price": pa.array([1.0] * len(good), pa.float64()),
                "quantity": pa.array([2.0] * len(good), pa.float64()),
                "trade_ts": pa.array(times, _TIME),
                "ingest_ts": pa.array([batch.ingest_us] * len(good), _TIME),
            }
        )
        drift = tuple(sorted({name for row in good for name in row} - {"id", "us"}))
        return Transformed(rows=rows, lines=lines, rejected=tuple(rejected), drift=drift)


class Counting(PlainTransformer):
    """Counts how often each raw object is transformed."""

    def __init__(self) -> None:
        super().__init__()
        self.done: Counter[str] = Counter()

    def transform(self, batch: RawLines) -> Transformed:
        self.done[batch.source] += 1
        return super().transform(batch)


class Killed(BaseException):
    """The process died here."""


class Faulty(ObjectStore):
    """Passes everything on; at the operation numbered `at` it does `how` first, after, or instead."""

    scheme = "faulty"

    def __init__(
        self, inner: ObjectStore, at: int = -1, how: str = "", rival: Callable[[], object] = int
    ) -> None:
        self._inner, self._at, self._how, self._rival = inner, at, how, rival
        self.operations = 0

    @classmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Faulty:
        raise NotImplementedError

    def _do(self, operation: Callable[[], T]) -> T:
        self.operations += 1
        if self._how != "down" and self.operations - 1 != self._at:
            return operation()
        match self._how:
            case "killed before":
                raise Killed
            case "killed after":
                with contextlib.suppress(NotFound, Conflict):
                    operation()
                raise Killed
            case "refused" | "down":
                msg = "no connection"
                raise RetryableError(msg)
            case "lost reply":
                with contextlib.suppress(NotFound, Conflict):
                    operation()
                msg = "no answer"
                raise RetryableError(msg)
            case _:
                self._rival()
                return operation()

    def get(self, key: str) -> Stored:
        return self._do(lambda: self._inner.get(key))

    def open(self, key: str) -> BinaryIO:
        return self._do(lambda: self._inner.open(key))

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        return self._do(lambda: self._inner.list(prefix, start_after))

    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        return self._do(lambda: self._inner.put_new(key, data))

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        return self._do(lambda: self._inner.put_if(key, data, version))

    def delete(self, key: str) -> None:
        self._do(lambda: self._inner.delete(key))


class Hands(InlineExecutor):
    """Several workers that take turns, so that a test can be repeated step by step."""

    def __init__(self, hands: int) -> None:
        self._hands = hands

    @property
    def workers(self) -> int:
        return self._hands


def refused(emit: object) -> NoReturn:
    raise AssertionError(emit)


@dataclass
class Lake:
    """What a test puts in and reads out."""

    killed: ClassVar[type[Killed]] = Killed
    hands: ClassVar[int] = 0
    """Units of a commit at the same time; none: no crew."""
    one_commit: ClassVar[bool | None] = None

    store: ObjectStore = field(default_factory=MemoryStore)
    clock: FakeClock = field(default_factory=FakeClock)
    events: list[Event] = field(default_factory=list)

    @property
    def table(self) -> ParquetTable:
        return ParquetTable(self.store)

    def faulty(self, at: int = -1, how: str = "", rival: Callable[[], object] = int) -> Faulty:
        return Faulty(self.store, at, how, rival)

    def job(
        self, store: ObjectStore | None = None, digest: str = "first", rows: int = 25, threads: int = 1
    ) -> TransformJob:
        over = store or self.store
        return TransformJob(
            raw=RawObjects(over),
            table=ParquetTable(over),
            store=over,
            transformer_for=lambda _: PlainTransformer(digest),
            clock=self.clock,
            stop=Stop(),
            emit=self.events.append,
            settings=TransformSettings(rows_per_commit=rows, threads=threads, one_commit=self.one_commit),
            checkpoints=CheckpointObjects(over),
            crew=Crew(executor=Hands(self.hands), make=refused, tries=1) if self.hands else None,
        )

    def put(  # noqa: PLR0913 - a batch has that many sides
        self,
        first: int,
        last: int,
        product: str = "BTC-USD",
        *,
        bad: Iterable[int] = (),
        created_us: int = _START_US,
        lines: list[bytes] | None = None,
        codec: str = "zst",
        ids: Sequence[int] | None = None,
        count: int | None = None,
    ) -> str:
        """Put a batch of all positions, or of these `ids` alone."""
        ids = range(first, last + 1) if ids is None else ids
        # Ten trades a day, so that a batch falls on several days.
        good = {i: json.dumps({"id": i, "us": _START_US + i * _DAY_US // 10}).encode() for i in ids}
        content = lines or [b'{"bad": %d}' % i if i in bad else good[i] for i in ids]
        name = RawName(
            created_us=created_us,
            uuid=batch_uuid(_PLAN, first, last),
            first=first,
            last=last,
            count=len(ids) if count is None else count,
            codec=codec,
        )
        pack = compressor(codec)
        data = pack.compress(b"".join(line + b"\n" for line in content)) + pack.flush()
        batch = RawBatch(stream=StreamId("coinbase", product), name=name, data=data)
        assert RawObjects(self.store).put(batch)
        return f"{batch.stream.raw_prefix}{name}"

    def rows(self) -> list[tuple[str, int]]:
        """Return (symbol, id) of every row of every live file; a missing file is an error."""
        found: list[tuple[str, int]] = []
        for file in self.table.snapshot().files:
            rows = pq.read_table(io.BytesIO(self.store.get(file.key).data))
            days = {f"{time:%Y-%m-%d}" for time in rows["trade_ts"].to_pylist()}
            assert days == {file.trade_date}
            assert rows.num_rows == file.rows
            found += zip(rows["symbol"].to_pylist(), map(int, rows["trade_id"].to_pylist()), strict=True)
        return sorted(found)

    def quarantine(self) -> list[dict[str, Any]]:
        objects = (self.store.get(info.key).data for info in self.store.list("quarantine/"))
        return [json.loads(line) for data in objects for line in data.splitlines()]

    def quarantined(self) -> int:
        return sum(self.table.snapshot().quarantined.values())


@pytest.fixture
def lake() -> Lake:
    return Lake()


@pytest.fixture
def new_lake() -> type[Lake]:
    return Lake
