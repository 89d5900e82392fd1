"""Commands on workers that are elsewhere: all that goes there and comes back is bytes."""

from __future__ import annotations

import pickle
import shutil
import time
from typing import TYPE_CHECKING, TypeVar

import pytest

import schemahub
from schemahub import _crews, _spread
from schemahub._executing import crew
from schemahub.builtin.inline_executor import InlineExecutor
from schemahub.errors import ConfigError
from schemahub.events import BatchTransformed, FileChecked, PageRead
from schemahub.layout import StreamId
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from schemahub.events import Event
    from schemahub.hub import Hub

T = TypeVar("T")
R = TypeVar("R")

PRODUCTS = ("BTC-USD", "ETH-USD", "SOL-USD")
TRADES = 1_500
TTL_SECONDS = 1.5
ALL = len(PRODUCTS) * TRADES


class Postal(InlineExecutor):
    """Does the work here, but as another process would: from bytes, to bytes."""

    remote = True

    @property
    def workers(self) -> int:
        return 2

    def submit(self, call: Callable[[T], R], unit: T, /) -> Future[R]:
        there = pickle.dumps((call, unit))
        return super().submit(lambda sent: pickle.loads(_answered(sent)), there)  # type: ignore[arg-type, return-value]  # noqa: S301 - our own


def _answered(sent: bytes) -> bytes:
    call, unit = pickle.loads(sent)  # noqa: S301 - our own
    return pickle.dumps(call(unit))


class Ears:
    def __init__(self) -> None:
        self.heard: list[Event] = []

    def schemahub_event(self, event: Event) -> None:
        self.heard.append(event)


@pytest.fixture(autouse=True)
def postal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        _crews,
        "_opened",
        lambda settings: Postal() if settings.executor.name == "postal" else InlineExecutor(),
    )


@pytest.fixture(scope="module")
def exchange() -> Iterator[SimulatorServer]:
    specs = [ProductSpec(id=product, trades=TRADES) for product in PRODUCTS]
    knobs = Knobs(requests_per_second=400, burst=400)
    with SimulatorServer(SimulatedCoinbase(specs, knobs=knobs)) as server:
        yield server


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory, exchange: SimulatorServer) -> Path:
    folder = tmp_path_factory.mktemp("raw") / "lake"
    on(folder, exchange, executor="inline").backfill(products=PRODUCTS, start="2000-01-01")
    return folder


@pytest.fixture
def lake(raw: Path, tmp_path: Path) -> Path:
    return shutil.copytree(raw, tmp_path / "lake")


def on(
    lake: Path | str, exchange: SimulatorServer, *observers: Ears, executor: str = "postal", **more: object
) -> Hub:
    settings = {
        "executor.name": executor,
        "connectors.coinbase.base_url": exchange.url,
        "connectors.coinbase.requests_per_second": 400,
        "connectors.coinbase.burst": 20,
        "ingest.batch_size": 500,
        "transform.rows_per_commit": 500,
    }
    return schemahub.open(lake, overrides=settings | more, observers=observers)


def rows(hub: Hub) -> list[dict[str, object]]:
    found = hub.trades().to_arrow().sort_by([("symbol", "ascending"), ("trade_id", "ascending")])
    listed: list[dict[str, object]] = found.to_pylist()
    return listed


def test_the_table_is_the_same(lake: Path, exchange: SimulatorServer, raw: Path, tmp_path: Path) -> None:
    ears = Ears()
    there = on(lake, exchange, ears)
    here = on(shutil.copytree(raw, tmp_path / "here"), exchange, executor="inline")
    results = [hub.transform() for hub in (there, here)]
    assert [result.rows for result in results] == [ALL, ALL]  # type: ignore[attr-defined]  # TransformResults
    assert rows(there) == rows(here)
    assert sum(event.rows for event in ears.heard if isinstance(event, BatchTransformed)) == ALL


def test_days_are_packed_and_what_it_took_is_counted(lake: Path, exchange: SimulatorServer) -> None:
    hub = on(lake, exchange)
    hub.transform()
    before = rows(hub)
    packed = hub.compact()
    assert packed.complete
    assert packed.days  # type: ignore[attr-defined]  # a CompactResult
    assert packed.cost.bytes_written > 10_000  # type: ignore[attr-defined]  # a CompactResult
    assert rows(hub) == before


def test_a_deep_proof_reads_elsewhere_and_finds_what_is_wrong(lake: Path, exchange: SimulatorServer) -> None:
    ears = Ears()
    hub = on(lake, exchange, ears)
    hub.transform()
    assert hub.verify(deep=True).complete
    assert sum(isinstance(event, FileChecked) for event in ears.heard) >= ALL / 500
    damaged = next(lake.glob("raw_*/**/*.zst"))
    damaged.write_bytes(damaged.read_bytes()[:-9])
    proof = hub.verify(deep=True)
    assert not proof.complete
    assert damaged.name in str(proof)


def test_a_backfill_comes_back_complete(tmp_path: Path, exchange: SimulatorServer) -> None:
    ears = Ears()
    hub = on(tmp_path / "new", exchange, ears)
    result = hub.backfill(products=PRODUCTS, start="2000-01-01")
    assert (result.complete, result.trades) == (True, ALL)  # type: ignore[attr-defined]  # an IngestResult
    assert hub.verify().complete
    assert sum(event.trades for event in ears.heard if isinstance(event, PageRead)) >= ALL
    assert not list((tmp_path / "new").glob("locks/rate/*")), "shares are given back"


def test_a_slice_ends_and_the_next_goes_on(
    tmp_path: Path, exchange: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schemahub._spread._SLICE_SECONDS", 0.0)
    slices = []
    do_slice = _spread.do_slice
    monkeypatch.setattr(_spread, "do_slice", lambda jobs, unit: slices.append(unit) or do_slice(jobs, unit))
    hub = on(tmp_path / "new", exchange, executor="here")
    result = hub.backfill(products=PRODUCTS, start="2000-01-01")
    assert (result.complete, result.trades) == (True, ALL)  # type: ignore[attr-defined]  # an IngestResult
    assert len(slices) >= ALL / 500, "a batch a slice"


class Lossy(Postal):
    """Loses the first worker, which has begun with the first product: its lease stays, of another machine."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.lost = False

    def is_lost(self, error: BaseException) -> bool:
        return isinstance(error, ConnectionError)

    def submit(self, call: Callable[[T], R], unit: T, /) -> Future[R]:
        if self.lost:
            return super().submit(call, unit)
        self.lost = True
        stream = StreamId("coinbase", PRODUCTS[0])
        self.hub.lake.locks.acquire(stream.lease_name, "elsewhere:7:worker", TTL_SECONDS, time.time_ns())
        return InlineExecutor.submit(self, _gone, unit)  # type: ignore[arg-type]  # never returns


def _gone(_: object) -> None:
    msg = "the worker is gone"
    raise ConnectionError(msg)


def test_what_a_lost_worker_holds_is_done_once_its_lease_has_run_out(
    tmp_path: Path, exchange: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_spread, "_PAUSE_SECONDS", 0.1)
    hub = on(tmp_path / "new", exchange, executor="lossy", **{"locks.ttl_seconds": TTL_SECONDS})
    monkeypatch.setattr(_crews, "_opened", lambda _: Lossy(hub))
    result = hub.backfill(products=PRODUCTS, start="2000-01-01")
    assert (result.complete, result.trades) == (True, ALL)  # type: ignore[attr-defined]  # an IngestResult
    assert hub.verify().complete


def test_what_another_run_holds_is_not_waited_for(
    tmp_path: Path, exchange: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_spread, "_PAUSE_SECONDS", 3_600.0)
    hub = on(tmp_path / "new", exchange)
    name = StreamId("coinbase", PRODUCTS[0]).lease_name
    assert hub.lake.locks.acquire(name, "elsewhere:7:run", 3_600, time.time_ns())
    result = hub.backfill(products=PRODUCTS, start="2000-01-01")
    assert not result.complete
    assert "elsewhere" in str(result)


def test_a_backfill_needs_leases_to_share_the_rate(tmp_path: Path, exchange: SimulatorServer) -> None:
    hub = on(tmp_path / "new", exchange, **{"locks.provider": "none"})
    result = hub.backfill(products=PRODUCTS[:1], start="2000-01-01")
    assert not result.complete
    assert "workers share the rate of coinbase by leases, and there are none" in str(result)


def test_workers_with_other_versions_are_refused(
    lake: Path, exchange: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = iter([("schemahub 1", "pyarrow 1"), *[("schemahub 1", "pyarrow 2")] * 9])
    monkeypatch.setattr(crew, "_versions", lambda: next(versions))
    with pytest.raises(ConfigError, match=r"a worker has other versions.*pyarrow 1.*pyarrow 2"):
        on(lake, exchange).transform()


def test_a_lake_in_memory_is_refused(exchange: SimulatorServer) -> None:
    with pytest.raises(ConfigError, match="do not see memory://elsewhere"):
        on("memory://elsewhere", exchange).transform()
