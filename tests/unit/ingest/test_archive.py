"""A backfill from bulk files: the same trades as by pages, whatever is wrong with a file."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import pytest
from stage import Actor, Fate, SteppedStore
from tiny_exchange import EPOCH_NS, SECOND_NS, TinyConnector, TinyExchange, Wire

from schemahub import ArchiveFile, ConnectorConfig, Page, Request, Response, Site, Span
from schemahub._clock import Stop
from schemahub._http.download import Downloaded
from schemahub._http.drive import drive
from schemahub._ingest.assemble import assemble
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.raw_objects import RawObjects
from schemahub.builtin.memory_store import MemoryStore
from schemahub.checkpoint import PlanKind
from schemahub.errors import IntegrityError, RetriesExhausted, UnknownProduct
from schemahub.events import ArchiveGivenUp, Event, GapSeen, PlanStarted
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


def spans(*pairs: tuple[int, int]) -> SpanSet:
    return SpanSet.of(Span(*pair) for pair in pairs)


def test_files_first_and_pages_for_what_no_file_holds() -> None:
    lake = Lake()
    lake.backfill()
    lake.check_complete()
    assert lake.files.downloads == ["/1.zip", "/101.zip"]
    assert lake.by_pages == spans((201, 250))
    assert lake.reasons == []
    assert lake.lines()[7] == b'["7","7.10"]'


def test_a_second_backfill_asks_for_no_file() -> None:
    lake = Lake()
    lake.backfill()
    lake.files.downloads.clear()
    lake.backfill()
    assert lake.files.downloads == []


def test_without_files_all_is_read_by_pages() -> None:
    lake = Lake()
    lake.files_used = False
    lake.backfill()
    lake.check_complete()
    assert lake.by_pages == spans((1, 250))


def test_few_trades_are_not_worth_a_file() -> None:
    lake = Lake(head=39)
    lake.backfill()
    assert lake.files.downloads == []
    assert lake.by_pages == spans((1, 39))


def test_what_a_file_lacks_is_read_by_pages_and_is_a_gap_only_if_they_lack_it_too() -> None:
    lake = Lake()
    lake.files.replace(1, lake.files.zipped(1, frozenset({1, 50, 51, 52, 100})))
    lake.exchange.missing = {51}
    lake.backfill()
    lake.check_complete()
    assert lake.by_pages == spans((1, 1), (50, 50), (52, 52), (100, 100), (201, 250))
    assert [gap.span for gap in lake.checkpoint.gaps] == [Span(51, 51)]
    assert [event.span for event in lake.events if isinstance(event, GapSeen)] == [Span(51, 51)]
    assert lake.files.downloads == ["/1.zip", "/101.zip"]


def test_a_gap_on_record_stays_the_rechecks_though_a_file_holds_it() -> None:
    lake = Lake()
    lake.files_used = False
    lake.exchange.missing = {*range(60, 250)}
    lake.backfill()
    gap = lake.checkpoint.gap_spans
    lake.files_used = True
    lake.backfill()
    assert lake.files.downloads == []
    assert lake.checkpoint.gap_spans == gap


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no zip at all", "the zip cannot be read"),
        (packed(b"1,1.10\n", ("a.csv", "b.csv")), "another number of files"),
        (packed(b"id,price\n1,1.10\n"), "its lines make no sense"),
        (packed(b"1,1\n2,2\n2,2\n"), "its lines make no sense"),
        (packed(b"9,9\n8,8\n"), "its lines make no sense"),
        (packed(b"x" * (17 << 20)), "a line does not end"),
    ],
    ids=["no zip", "two files", "a header", "twice", "descending", "endless"],
)
def test_a_file_that_makes_no_sense_is_said_and_read_by_pages(data: bytes, reason: str) -> None:
    lake = Lake()
    lake.files.replace(1, data)
    lake.backfill()
    lake.check_complete()
    assert len(lake.reasons) == 1
    assert reason in lake.reasons[0]
    assert lake.by_pages == spans((1, 100), (201, 250))


def of_several_pieces(*positions: int) -> bytes:
    """Return lines of which sixteen are a megabyte, so that each piece begins with a line."""
    return b"".join((b"%d," % position).ljust(65_535, b"1") + b"\n" for position in positions)


def test_a_zip_whose_end_was_changed_is_found_out_at_its_beginning_though_no_digest_is_published() -> None:
    lake = Lake()
    data = packed(of_several_pieces(*range(1, 101)), method=zipfile.ZIP_STORED)
    lake.files.zips[1], lake.files.digests[1] = data.replace(b"\n100,", b"\n101,"), ""
    lake.backfill()
    lake.check_complete()
    assert len(lake.reasons) == 1
    assert lake.by_pages.spans[0] == Span(1, 100)


def test_lines_that_go_back_far_behind_in_the_file_end_its_use_there() -> None:
    lake = Lake()
    lake.files.replace(1, packed(of_several_pieces(*range(1, 65), 50, 81)))
    lake.backfill()
    lake.check_complete()
    assert "its lines do not ascend" in lake.reasons[0]
    assert lake.by_pages.spans[0] == Span(60, 100)


def test_a_file_published_again_meanwhile_is_taken() -> None:
    lake = Lake()
    honest, lake.files.digests[1] = lake.files.digests[1], "0" * 64

    def publish() -> None:
        lake.files.digests[1] = honest

    lake.files.when_downloaded = publish
    lake.backfill()
    lake.check_complete()
    assert lake.files.downloads == ["/1.zip", "/101.zip"]
    assert lake.reasons == []


def test_a_digest_that_is_wrong_twice_is_given_up() -> None:
    lake = Lake()
    lake.files.digests[1] = "0" * 64
    lake.backfill()
    lake.check_complete()
    assert lake.files.downloads == ["/1.zip", "/1.zip", "/101.zip"]
    assert "not the published one, twice" in lake.reasons[0]


@pytest.mark.parametrize("error", [UnknownProduct("HTTP 404"), RetriesExhausted("gave up")])
def test_a_host_that_does_not_serve_ends_no_run(error: Exception) -> None:
    lake = Lake()
    lake.files.error = error
    lake.backfill()
    lake.check_complete()
    assert lake.by_pages == spans((1, 250))
    assert [str(error) in reason for reason in lake.reasons] == [True, True]


def test_a_plan_that_is_given_up_is_cut_short_and_keeps_its_id() -> None:
    lake = Lake()
    lake.files.zips[1] = b"damaged"
    lake.files.digests[1] = lake.files.digest(1)
    lake.backfill()
    plans = [event for event in lake.events if isinstance(event, PlanStarted)]
    assert [plan.span for plan in plans[:4]] == [Span(1, 100), Span(1, 59), Span(60, 100), Span(101, 200)]
    assert plans[0].kind is PlanKind.BACKFILL


@pytest.mark.parametrize("seed", range(12))
def test_kills_and_failures_anywhere_leave_nothing_out_and_nothing_twice(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    lake = Lake(head=220, published=100 if seed % 3 == 0 else 200)
    if seed % 2:
        lake.files.replace(1, lake.files.zipped(1, frozenset(rng.sample(range(1, 101), 5))))
    fates = [Fate.KILLED_BEFORE, Fate.KILLED_AFTER, Fate.REPLY_LOST]
    for _ in range(6):
        actor = Actor("backfill", lake.backfill)
        for _ in range(rng.randrange(1, 60)):
            actor.move()
        actor.move(rng.choice(fates))
        actor.kill()
    lake.backfill()
    lake.check_complete()


@pytest.mark.parametrize("seed", range(12))
def test_two_runners_of_one_plan_store_each_trade_once(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    lake = Lake(head=220)
    if seed % 2:
        lake.files.replace(1, lake.files.zipped(1, frozenset({31, 32, 77})))
    actors = [Actor(name, lake.backfill) for name in ("one", "two")]
    for step in range(2_000):
        alive = [actor for actor in actors if actor.alive]
        if not alive:
            break
        if seed % 4 == 2 and step == 60:
            lake.files.error = UnknownProduct("HTTP 404")
        rng.choice(alive).move()
    for actor in actors:
        actor.finish()
    lake.check_complete()


@pytest.mark.parametrize("steps", range(1, 40))
def test_a_runner_without_files_takes_over_at_any_moment(steps: int) -> None:
    lake = Lake(head=120, published=100)
    one = Actor("with files", lake.backfill)
    for _ in range(steps):
        one.move()
    lake.files_used = False
    Actor("without", lake.backfill).finish()
    one.finish()
    lake.check_complete()
