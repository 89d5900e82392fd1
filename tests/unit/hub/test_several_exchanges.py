"""One command over several exchanges: each behind its own protection, one result for all (R9)."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub import _side_by_side
from schemahub.errors import ConfigError, PluginError
from schemahub.events import BreakerChanged, Event, ProductFinished, RequestSent, RunFinished, RunStarted
from schemahub.layout import process_lease_name
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from schemahub.hub import Hub

POINTS = "[schemahub.connectors]\ntwin = twin_plugin\n"
MODULE = """
import schemahub
from schemahub_coinbase import Coinbase

class Twin(Coinbase):
    name = "twin"

@schemahub.hookimpl
def schemahub_connector():
    return Twin
"""
BOTH = ("coinbase", "twin")
QUICK = {"requests_per_second": 1_000, "burst": 1_000, "settle_seconds": 0}


@pytest.fixture(autouse=True)
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a second exchange that speaks as the first does."""
    info = tmp_path / "site" / "schemahub_twin-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: schemahub-twin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    (info.parent / "twin_plugin.py").write_text(MODULE)
    monkeypatch.syspath_prepend(info.parent)


class Story:
    """The events in their order; `live_is_done` is set when the run of Coinbase has ended."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.live_is_done = threading.Event()

    def schemahub_event(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, RunFinished) and event.exchange == "coinbase":
            self.live_is_done.set()


class Silent(BaseHTTPRequestHandler):
    """Answers nothing before `until` is set, and then that it is down."""

    def __init__(self, until: threading.Event, *args: object) -> None:
        self.until = until
        super().__init__(*args)  # type: ignore[arg-type]  # what the server passes

    def do_GET(self) -> None:
        self.until.wait(5)
        self.send_error(503)

    def log_message(self, *args: object) -> None:
        del args


@pytest.fixture
def serving() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def simulated(serving: ExitStack, products: Iterable[str] = ("BTC-USD", "ETH-USD")) -> dict[str, object]:
    specs = [ProductSpec(id=name, trades=1_500, history_seconds=1_500) for name in products]
    exchange = SimulatedCoinbase(specs, knobs=Knobs(requests_per_second=0, max_age_seconds=0))
    return {"base_url": serving.enter_context(SimulatorServer(exchange)).url, **QUICK}


def silent(serving: ExitStack, until: threading.Event) -> dict[str, object]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, until))
    server.daemon_threads = True
    serving.callback(server.server_close)
    serving.callback(server.shutdown)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return {"base_url": f"http://127.0.0.1:{server.server_port}", **QUICK}


def opened(
    tmp_path: Path, story: Story, *, more: dict[str, object] | None = None, **connectors: object
) -> Hub:
    overrides = {f"connectors.{name}": config for name, config in connectors.items()}
    return schemahub.open(tmp_path / "lake", overrides={**overrides, **(more or {})}, observers=[story])


@pytest.fixture
def hub(tmp_path: Path, serving: ExitStack) -> Hub:
    twin = simulated(serving, ["BTC-USD"])
    return opened(
        tmp_path, Story(), more={"exchanges": "coinbase, twin"}, coinbase=simulated(serving), twin=twin
    )


def states(rows: tuple[tuple[object, ...], ...]) -> dict[tuple[object, object], object]:
    return {(exchange, product): state for exchange, product, state, *_ in rows}


def test_an_exchange_that_is_down_delays_no_other(tmp_path: Path, serving: ExitStack) -> None:
    story = Story()
    dead = silent(serving, story.live_is_done)
    more = {"http.attempts": 4, "http.first_backoff": 0.001, "ingest.workers": 1}
    more |= {"http.breaker.least_requests": 3, "http.breaker.open_seconds": 0.05}
    hub = opened(tmp_path, story, more=more, coinbase=simulated(serving), twin=dead)

    result = hub.ingest(exchange=["twin", "coinbase"], products=["BTC-USD", "ETH-USD"], since="1h")

    ended = next(at for at, event in enumerate(story.events) if isinstance(event, RunFinished))
    answers = [at for at, event in enumerate(story.events) if _is_of(event, "twin")]
    assert answers
    assert min(answers) > ended, "the one was done before the other had a single answer"
    assert states(result.grids()[0].rows) == {
        ("twin", "BTC-USD"): "failed",
        ("twin", "ETH-USD"): "failed",
        ("coinbase", "BTC-USD"): "done",
        ("coinbase", "ETH-USD"): "done",
    }
    assert not result.complete
    assert result.failed == 2
    opened_breakers = {event.exchange for event in story.events if isinstance(event, BreakerChanged)}
    assert opened_breakers == {"twin"}


def _is_of(event: Event, exchange: str) -> bool:
    return isinstance(event, RequestSent) and event.exchange == exchange


def test_all_exchanges_of_the_settings_in_one_run(hub: Hub) -> None:
    seeds = hub.update_seed()
    assert seeds.complete
    assert [row[:3] for row in seeds.grids()[0].rows] == [("coinbase", 2, 2), ("twin", 1, 1)]
    estimate = hub.ingest(since="1h", dry_run=True)
    assert estimate.document()["requests_per_second"] == 2_000
    assert estimate.document()["minutes"] == pytest.approx(4 / 1_000 / 60), "side by side: the slower one"
    result = hub.ingest(since="1h")
    assert result.complete, str(result)
    assert "4,500 trades of all exchanges" in result.headline()
    document = result.document()
    assert (document["exchange"], document["failures"]) == (None, [])
    assert [row["stream"]["exchange"] for row in document["products"]] == ["coinbase", "coinbase", "twin"]
    assert hub.backfill(start="2026-01-01").complete
    assert hub.gaps(recheck=True).complete
    assert hub.ingest(exchange="twin").document()["exchange"] == "twin", "one that is named is one"


def test_each_exchange_has_a_run_of_its_own_in_the_events(hub: Hub) -> None:
    hub.update_seed()
    story = hub._observers[0]
    assert isinstance(story, Story)
    hub.ingest(since="1h")
    for name, count in (("coinbase", 2), ("twin", 1)):
        started = [e for e in story.events if isinstance(e, RunStarted) and e.exchange == name]
        assert [len(event.products) for event in started] == [count]
        done = [e for e in story.events if isinstance(e, ProductFinished) and e.stream.exchange == name]
        assert len(done) == count


def test_an_exchange_without_a_seed_fails_alone(hub: Hub) -> None:
    hub.update_seed("coinbase")
    result = hub.ingest(since="1h")
    assert states(result.grids()[0].rows) == {
        ("coinbase", "BTC-USD"): "done",
        ("coinbase", "ETH-USD"): "done",
        ("twin", None): "failed",
    }
    assert "nothing could be done for twin" in result.headline()
    (failure,) = result.document()["failures"]
    assert failure["exchange"] == "twin"
    assert "update-seed --exchange twin" in failure["reason"]
    assert not hub.ingest(since="1h", dry_run=True).complete
    assert not hub.gaps(recheck=True).complete


def test_an_exchange_that_cannot_be_asked_keeps_its_seed(tmp_path: Path, serving: ExitStack) -> None:
    broken = {"base_url": "no address"}
    hub = opened(
        tmp_path, Story(), more={"exchanges": "twin,coinbase"}, coinbase=simulated(serving), twin=broken
    )
    seeds = hub.update_seed()
    assert not seeds.complete
    assert seeds.failed == 1
    assert "nothing could be done for twin" in seeds.headline()
    assert [row[:2] for row in seeds.grids()[0].rows] == [("coinbase", 2), ("twin", None)]


def test_the_lock_of_a_run_is_an_exchanges_own(hub: Hub) -> None:
    hub.update_seed()
    locks = hub.lake.locks
    assert locks is not None
    assert locks.acquire(process_lease_name("ingest", "twin"), "somebody", 90.0, time.time_ns())
    alone = hub.settings.locks.model_copy(update={"process": True})
    settings = hub.settings.model_copy(update={"locks": alone})
    result = schemahub.open(hub.url, settings=settings).ingest(since="1h")
    assert [failure["exchange"] for failure in result.document()["failures"]] == ["twin"]
    assert result.failed == 1


def test_one_time_limit_and_one_interrupt_for_all(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.update_seed()
    stopped = hub.ingest(since="1h", max_minutes=1e-9)
    assert set(states(stopped.grids()[0].rows).values()) == {"stopped"}
    real, interrupts = _side_by_side.wait, [KeyboardInterrupt]

    def interrupted(futures: list[object]) -> object:
        if interrupts:
            raise interrupts.pop()
        return real(futures)  # type: ignore[type-var]  # they are futures

    monkeypatch.setattr(_side_by_side, "wait", interrupted)
    result = hub.ingest(since="1h")
    assert "interrupted" in str(result)
    assert not result.complete


def test_mistakes_are_told_before_any_exchange_is_asked(hub: Hub) -> None:
    with pytest.raises(PluginError, match=r"unknown connector 'twim'.*Did you mean 'twin'"):
        hub.ingest(exchange=["coinbase", "twim"])
    with pytest.raises(ConfigError, match="products are named, and the settings have several exchanges"):
        hub.ingest(products=["BTC-USD"])
    assert not list(hub.lake.store.list(""))
