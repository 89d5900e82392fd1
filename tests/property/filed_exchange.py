"""The tiny exchange with bulk files beside it, and a lake that is filled from both."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from stage import Actor, SteppedStore
from tiny_exchange import EPOCH_NS, SECOND_NS, TinyConnector, TinyExchange, Wire

from schemahub import ArchiveFile, ConnectorConfig, Page, Request, Response, Site, Span
from schemahub._clock import Stop
from schemahub._http.download import Downloaded
from schemahub._http.drive import drive
from schemahub._ingest.assemble import assemble
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.raw_objects import RawObjects
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import IntegrityError, UnknownProduct
from schemahub.events import ArchiveGivenUp, Event
from schemahub.layout import StreamId
from schemahub.settings import IngestSettings
from schemahub.spans import SpanSet
from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from schemahub import Steps
    from schemahub.checkpoint import Checkpoint

T = TypeVar("T")
OK = 200
STREAM = StreamId("tiny", "T-USD")
FILE_SIZE = 100
"""Trades in each bulk file: 1..100, 101..200, ..."""
SETTINGS = IngestSettings(batch_size=30, plan_batches=2, chunk_concurrency=1, page_attempts=3)
ALL = EPOCH_NS, EPOCH_NS + 10**9 * SECOND_NS


class FiledConnector(TinyConnector):
    """Bulk files of a hundred trades; asks for each one's digest."""

    def archive(self, product: str, span: Span) -> Steps[ArchiveFile | None]:
        del product
        first = (span.first - 1) // FILE_SIZE * FILE_SIZE + 1
        try:
            response = yield Request(path=f"/{first}.sha256", site=Site.ARCHIVE)
        except UnknownProduct:
            return None
        return ArchiveFile(
            request=Request(path=f"/{first}.zip", site=Site.ARCHIVE),
            span=Span(span.first, min(span.last, first + FILE_SIZE - 1)),
            sha256=response.body.decode() or None,
        )

    def archive_page(self, product: str, data: bytes) -> Page:
        del product
        rows = [line.split(b",") for line in data.splitlines()]
        try:
            positions = [int(row[0]) for row in rows]
        except ValueError as error:
            msg = "a line makes no sense"
            raise IntegrityError(msg) from error
        lines = [b'["' + b'","'.join(row) + b'"]' for row in rows]
        times = [EPOCH_NS + position * SECOND_NS for position in positions]
        return Page(positions=positions, lines=lines, first_time_ns=times[0], last_time_ns=times[-1])


class Files:
    """The bulk files of the tiny exchange, and what is wrong with them."""

    def __init__(self, exchange: TinyExchange, last: int) -> None:
        self.exchange = exchange
        self.zips = {first: self.zipped(first) for first in range(1, last + 1, FILE_SIZE)}
        self.digests = {first: self.digest(first) for first in self.zips}
        self.downloads: list[str] = []
        self.error: Exception | None = None
        self.when_downloaded: Callable[[], None] = lambda: None

    def zipped(self, first: int, missing: frozenset[int] = frozenset()) -> bytes:
        positions = (at for at in range(first, first + FILE_SIZE) if at not in missing)
        return packed("".join(f"{position},{position}.10\n" for position in positions).encode())

    def digest(self, first: int) -> str:
        return hashlib.sha256(self.zips[first]).hexdigest()

    def replace(self, first: int, data: bytes) -> None:
        self.zips[first] = data
        self.digests[first] = self.digest(first)

    def download(self, request: Request, into: BinaryIO) -> Downloaded:
        if self.error is not None:
            raise self.error
        self.downloads.append(request.path)
        data = self.zips[int(request.path.strip("/").partition(".")[0])]
        into.seek(0)
        into.truncate()
        into.write(data)
        self.when_downloaded()
        return Downloaded(size=len(data), sha256=hashlib.sha256(data).hexdigest())


def packed(text: bytes, names: tuple[str, ...] = ("a.csv",), method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name in names:
            archive.writestr(name, text)
    return data.getvalue()


class FiledExchange(TinyExchange):
    """Answers for digests of bulk files as well."""

    files: Files

    def answer(self, request: Request) -> Response:
        if request.site is Site.API:
            return super().answer(request)
        digest = self.files.digests.get(int(request.path.strip("/").partition(".")[0]))
        status = 404 if digest is None else 200
        return Response(request=request, status=status, headers={}, body=(digest or "").encode())


class FiledWire(Wire):
    """Throws what the protection layer would: a missing digest is an `UnknownProduct` at the `yield`."""

    def drive(self, steps: Steps[T]) -> T:
        def send(request: Request) -> Response:
            response = self._io(partial(self._exchange.answer, request))
            if response.status != OK:
                msg = "no such file"
                raise UnknownProduct(msg, where=request.path)
            return response

        return drive(steps, send)


class Lake:
    """A lake in memory beside the tiny exchange with its files."""

    def __init__(self, head: int = 250, published: int = 200) -> None:
        self.exchange = FiledExchange(head=head)
        self.files = self.exchange.files = Files(self.exchange, published)
        self.store = MemoryStore()
        self.clock = FakeClock(EPOCH_NS + 10_000 * SECOND_NS)
        self.events: list[Event] = []
        self.files_used = True

    def backfill(self, actor: Actor | None = None) -> None:
        store = SteppedStore(self.store, actor) if actor else self.store
        connector = FiledConnector(
            ConnectorConfig(base_url="tiny:", requests_per_second=1, burst=1, settle_seconds=0)
        )
        assemble(
            STREAM,
            connector=connector,
            http=FiledWire(self.exchange, actor.io if actor else lambda step: step()),
            raw=RawObjects(store),
            checkpoints=CheckpointObjects(store),
            settings=SETTINGS,
            check_lease=lambda: None,
            clock=self.clock,
            stop=Stop(),
            emit=self.events.append,
            files=self.files if self.files_used else None,
        ).backfill(*ALL)

    def lines(self) -> dict[int, bytes]:
        """Return raw by position; each position is there once, and each name says what is inside."""
        found: dict[int, bytes] = {}
        for stored in RawObjects(self.store).list(STREAM):
            lines = RawObjects(self.store).open(stored).read().splitlines()
            name = stored.name
            assert name.first // SETTINGS.batch_size == name.last // SETTINGS.batch_size, "off the grid"
            assert [position_of(line) for line in lines] == list(range(name.first, name.last + 1))
            assert len({line[:1] for line in lines}) == 1, "lines of two sources in one batch"
            for line in lines:
                assert found.setdefault(position_of(line), line) is line, "twice in raw"
        return found

    @property
    def by_pages(self) -> SpanSet:
        """Return the positions whose lines came by pages."""
        return SpanSet.of_positions(sorted(at for at, line in self.lines().items() if line[:1] == b"{"))

    @property
    def reasons(self) -> list[str]:
        return [event.reason for event in self.events if isinstance(event, ArchiveGivenUp)]

    @property
    def checkpoint(self) -> Checkpoint:
        stored = CheckpointObjects(self.store).load(STREAM)
        assert stored is not None
        return stored.checkpoint

    def check_complete(self) -> None:
        assert set(self.lines()) == self.exchange.present()
        assert self.checkpoint.plan is None
        assert not self.checkpoint.requested


def position_of(line: bytes) -> int:
    row = json.loads(line)
    return int(row[0]) if isinstance(row, list) else row["trade_id"]
