"""A simulated Binance with its bulk files, from backfill to table; every trade once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

import schemahub
from schemahub.codec import decompressed
from schemahub.events import ArchiveGivenUp, RequestSent
from schemahub.layout import RawName, StreamId
from schemahub.spans import Span, SpanSet
from schemahub.testing import (
    FakeClock,
    Fault,
    FaultPlan,
    Knobs,
    ProductSpec,
    SimulatedExchange,
    SimulatorServer,
)
from schemahub_binance.simulator.dialect import BinanceDialect
from schemahub_binance.simulator.files import Files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemahub.events import Event

pytest.importorskip("pyarrow", reason="the table needs the extra `parquet`")
pytest.importorskip("schemahub_mapping", reason="the table needs a transformer")

SYMBOL = "BTCUSDT"
STREAM = StreamId("binance", SYMBOL)
# Two days and a half around the change to microseconds, of some 15 000 trades a day.
HISTORY = ProductSpec(
    id=SYMBOL,
    base="BTC",
    quote="USDT",
    trades=40_000,
    first_id=0,
    history_seconds=2.5 * 86_400,
    end_ns=int(datetime(2025, 1, 2, 12, tzinfo=UTC).timestamp()) * 10**9,
)
FREE = Knobs(requests_per_second=0, max_age_seconds=0)


class World:
    """A simulated exchange on a socket, and a lake."""

    def __init__(
        self, lake: Path, files: Files, faults: FaultPlan | None = None, knobs: Knobs = FREE
    ) -> None:
        self.exchange = SimulatedExchange(BinanceDialect(knobs, [HISTORY], files), faults=faults)
        self.lake = lake
        self.events: list[Event] = []
        self.settings: dict[str, object] = {
            "connectors.binance.requests_per_second": 10_000,
            "connectors.binance.burst": 10_000,
            "ingest.batch_size": 5_000,
            "http.first_backoff": 0.01,
            "http.breaker.least_requests": 1_000,
        }

    def hub(self, **more: object) -> schemahub.Hub:
        observer = self

        class Watching:
            def schemahub_event(self, event: Event) -> None:
                observer.events.append(event)

        return schemahub.open(self.lake, overrides={**self.settings, **more}, observers=[Watching()])

    def backfill(self, end: str = "2025-01-03", **more: object) -> Any:  # noqa: ANN401 - a result of the hub
        hub = self.hub(**more)
        return hub.backfill(exchange="binance", products=[SYMBOL], start="2024-12-30", end=end)

    def raw(self) -> dict[int, bytes]:
        """Return the lines in raw by id; none is there twice."""
        found: dict[int, bytes] = {}
        for path in (self.lake / STREAM.raw_prefix).iterdir():
            name = RawName.parse(path.name)
            with path.open("rb") as file, decompressed(name.codec, file) as stream:
                lines = stream.read().splitlines()
            ids = list(map(id_of, lines))
            assert ids == list(range(name.first, name.last + 1))
            assert not found.keys() & set(ids)
            found |= dict(zip(ids, lines, strict=True))
        return found

    def by_pages(self) -> SpanSet:
        return SpanSet.of_positions(sorted(at for at, line in self.raw().items() if line[:1] == b"{"))

    def day(self, text: str) -> Span:
        """Return the ids of a day."""
        start = int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 10**9
        log = self.exchange.log(SYMBOL)
        return Span(log.first_at(start), log.first_at(start + 86_400 * 10**9) - 1)

    @property
    def tail(self) -> Span:
        """Return the ids of the day whose file is not taken."""
        return self.day("2025-01-02")

    def downloads(self) -> list[str]:
        files = (served.target for served in self.exchange.journal if served.status in {200, 206})
        return [target.rpartition("/")[2] for target in files if target.endswith(".zip")]

    def check(self) -> None:
        """Check that raw, and the table, hold what the exchange has."""
        assert sorted(self.raw()) == self.exchange.ids(SYMBOL)
        assert self.hub().transform().complete
        assert self.hub().verify(deep=True).complete
        rows = self.hub().trades().to_arrow().to_pylist()
        rows.sort(key=lambda row: int(row["trade_id"]))
        by_pages = self.by_pages()
        for row, line in zip(rows, self.exchange.lines(SYMBOL), strict=True):
            trade = json.loads(line)
            # Files of 2024 have milliseconds, the API and later files microseconds.
            fine = row["trade_ts"].year >= 2025 or trade["id"] in by_pages
            micros = trade["time"] if fine else trade["time"] // 1_000 * 1_000
            assert row["trade_id"] == str(trade["id"])
            assert row["symbol"] == "BTC-USDT"
            assert row["side"] == ("SELL" if trade["isBuyerMaker"] else "BUY")
            assert (row["price"], row["quantity"]) == (float(trade["price"]), float(trade["qty"]))
            assert row["trade_ts"] == datetime.fromtimestamp(micros / 1e6, UTC)


def id_of(line: bytes) -> int:
    row = json.loads(line)
    return int(row[0]) if isinstance(row, list) else row["id"]


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    marks: dict[str, Any] = getattr(request, "param", {})
    made = World(
        tmp_path / "lake", Files(**marks.get("files", {})), marks.get("faults"), marks.get("knobs", FREE)
    )
    with SimulatorServer(made.exchange) as server:
        made.settings["connectors.binance.base_url"] = server.url
        made.settings["connectors.binance.archive_url"] = server.url
        yield made


def test_whole_days_by_file_and_the_rest_by_pages(world: World) -> None:
    assert world.backfill().complete
    assert world.downloads() == [f"{SYMBOL}-trades-{day}.zip" for day in ("2024-12", "2025-01-01")]
    # Of the third day there are too few trades for a file to be worth it; they join without a seam.
    assert world.by_pages() == SpanSet.of([world.tail])
    world.check()


@pytest.mark.parametrize("world", [{"files": {"lacks": frozenset({0, 7_777, 7_778})}}], indirect=True)
def test_what_files_lack_the_api_has(world: World) -> None:
    assert world.backfill().complete
    assert world.by_pages() == SpanSet.of([Span(0, 0), Span(7_777, 7_778), world.tail])
    world.check()


def test_without_an_address_of_files_all_comes_by_pages(world: World) -> None:
    result = world.backfill(**{"connectors.binance.archive_url": None}, end="2024-12-31T03:00:00Z")
    assert result.complete
    assert world.downloads() == []
    assert len(world.by_pages()) == len(world.raw()) > 1_000


FAULTS = FaultPlan(rates=dict.fromkeys((Fault.TRUNCATED, Fault.RESET_BEFORE, Fault.STATUS_503), 0.05), seed=3)


@pytest.mark.parametrize("world", [{"faults": FAULTS}], indirect=True)
def test_under_faults(world: World) -> None:
    assert world.backfill().complete
    assert world.by_pages() == SpanSet.of([world.tail])
    world.check()


def test_what_the_api_does_not_serve_any_more_is_a_gap_that_says_so(world: World) -> None:
    log = world.exchange.log(SYMBOL)
    floor = world.day("2025-01-01").first + 300
    log.remove(range(floor))
    result = world.backfill()
    assert not result.complete
    assert "no longer serves" in str(result)
    gaps = json.loads((world.lake / STREAM.checkpoint_key).read_bytes())["gaps"]
    assert [(gap["span"], gap["state"]) for gap in gaps] == [([0, floor - 1], "out_of_reach")]
    assert sorted(world.raw()) == list(range(floor, 40_000))


def test_a_file_published_again_is_read_as_it_is(tmp_path: Path) -> None:
    made = World(tmp_path / "lake", Files(republished={"2024-12": 2**62}))
    with SimulatorServer(made.exchange) as server:
        made.settings |= dict.fromkeys(
            ("connectors.binance.base_url", "connectors.binance.archive_url"), server.url
        )
        assert made.backfill().complete
    tail = set(range(made.tail.first, made.tail.last + 1))
    seldom = {
        at for at in range(made.day("2024-12-31").first, made.day("2024-12-31").last + 1) if at % 500 == 0
    }
    assert {at for span in made.by_pages() for at in range(span.first, span.last + 1)} == seldom | tail
    assert not [event for event in made.events if isinstance(event, ArchiveGivenUp)]


def test_the_limit_is_kept_and_heard_of(tmp_path: Path) -> None:
    made = World(tmp_path / "lake", Files(), knobs=BinanceDialect.default_knobs)
    with SimulatorServer(made.exchange) as server:
        made.settings = {
            "connectors.binance.base_url": server.url,
            "connectors.binance.archive_url": server.url,
        }
        assert made.backfill().complete
    assert made.exchange.refused == 0
    statuses = {event.status for event in made.events if isinstance(event, RequestSent)}
    assert statuses <= {200, 206, 404}


class Asking:
    """The simulated exchange without a socket."""

    def __init__(self, now: str, knobs: Knobs = FREE) -> None:
        self.clock = FakeClock(int(datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp()) * 10**9)
        self.exchange = SimulatedExchange(BinanceDialect(knobs, [HISTORY]), clock=self.clock)

    def __call__(self, path: str, query: str = "", **headers: str) -> Any:  # noqa: ANN401 - a reply
        return self.exchange.handle("GET", path, query, headers)

    def status(self, kind: str, text: str) -> int:
        status: int = self(f"/data/spot/{kind}/trades/{SYMBOL}/{SYMBOL}-trades-{text}.zip.CHECKSUM").status
        return status


@pytest.mark.parametrize(
    ("now", "kind", "text", "status"),
    [
        ("2025-01-01T23:59", "daily", "2025-01-01", 404),
        ("2025-01-02T00:00", "daily", "2025-01-01", 200),
        ("2025-01-05T00:00", "monthly", "2024-12", 404),
        ("2025-01-06T00:00", "monthly", "2024-12", 200),  # the first Monday
        ("2025-01-06T00:00", "daily", "2024-13-01", 404),
        ("2025-01-06T00:00", "daily", "2024-12", 404),
        ("2025-01-06T00:00", "weekly", "2024-12", 404),
    ],
)
def test_when_files_are_published(now: str, kind: str, text: str, status: int) -> None:
    assert Asking(now).status(kind, text) == status


def test_whoever_goes_on_too_fast_is_refused_and_then_banned() -> None:
    ask = Asking("2025-01-03T00:00:50", Knobs(requests_per_second=100, burst=100, max_age_seconds=0))
    replies = [ask("/api/v3/trades", f"symbol={SYMBOL}&limit=1") for _ in range(11)]
    assert [reply.status for reply in replies] == [200] * 4 + [429] * 5 + [418] * 2
    assert replies[0].headers["X-MBX-USED-WEIGHT-1M"] == "25"
    assert replies[4].headers["Retry-After"] == "11"
    assert [reply.headers["Retry-After"] for reply in replies[-2:]] == ["120", "240"]
    assert b"banned until" in replies[-1].body


def test_aggregates_join_and_times_are_cut_unless_asked_for() -> None:
    ask = Asking("2025-01-03")
    query = f"symbol={SYMBOL}&startTime=1735689600000&limit=200"
    fine = json.loads(ask("/api/v3/aggTrades", query, **{"x-mbx-time-unit": "MICROSECOND"}).body)
    coarse = json.loads(ask("/api/v3/aggTrades", query).body)
    assert [each["T"] // 1_000 for each in fine] == [each["T"] for each in coarse]
    assert all(one["l"] + 1 == other["f"] for one, other in pairwise(fine))
    assert len(fine) > 100
    assert ask("/api/v3/aggTrades", "symbol=NO").status == 400
    assert json.loads(ask("/api/v3/aggTrades").body)["code"] == -1102
