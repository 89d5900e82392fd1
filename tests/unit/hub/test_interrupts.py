"""Ctrl-C while a hub works, as in a notebook's cell: a wish to stop, and no exception where it harms."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub._clock import Stop
from schemahub._interrupts import interrupts
from schemahub.errors import Cancelled
from schemahub.events import BatchStored, BatchTransformed, Event, PlanStarted
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemahub.hub import Hub

PRODUCTS = [ProductSpec(id="BTC-USD", trades=8_000, history_seconds=8_000)]


def press() -> None:
    """Do what a person does, in the main thread as the system does."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


class Pressing:
    """Presses Ctrl-C once, at the n-th event of a kind."""

    def __init__(self, kind: type[Event], number: int = 1) -> None:
        self.kind, self.left = kind, number

    def schemahub_event(self, event: Event) -> None:
        if isinstance(event, self.kind):
            self.left -= 1
            if self.left == 0:
                press()


@pytest.fixture(autouse=True)
def python_handles_interrupts() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def url() -> Iterator[str]:
    exchange = SimulatedCoinbase(PRODUCTS, knobs=Knobs(requests_per_second=0, max_age_seconds=0))
    with SimulatorServer(exchange) as server:
        yield server.url


def opened(folder: Path, url: str, *observers: Pressing) -> Hub:
    settings = {
        "connectors.coinbase.base_url": url,
        # Slow enough that there is something left to stop.
        "connectors.coinbase.requests_per_second": 40,
        "connectors.coinbase.burst": 1,
        "connectors.coinbase.settle_seconds": 0,
        "ingest.batch_size": 1_000,
        "transform.rows_per_commit": 1_000,
    }
    return schemahub.open(folder / "lake", overrides=settings, observers=observers)


def threads() -> set[str]:
    return {thread.name.partition("_")[0] for thread in threading.enumerate()} & {"product", "page", "upload"}


@pytest.mark.parametrize(
    "pressing", [Pressing(PlanStarted), Pressing(BatchStored, 3)], ids=["early", "later"]
)
def test_an_interrupted_ingest_returns_and_the_next_goes_on(
    tmp_path: Path, url: str, pressing: Pressing
) -> None:
    hub = opened(tmp_path, url, pressing)
    cut = hub.ingest(products=["BTC-USD"], since="1d")
    assert not cut.complete
    assert cut.stopped
    assert "interrupted" in str(cut)
    assert threads() == set()
    # The same hub: an interrupted cell stops no other.
    assert hub.ingest(products=["BTC-USD"], since="1d").complete
    hub.transform()
    assert "8,000 trades of 1 product, none missing, none twice" in hub.verify(deep=True).headline()


def test_an_interrupted_transform_is_cancelled_and_the_next_goes_on(tmp_path: Path, url: str) -> None:
    hub = opened(tmp_path, url, Pressing(BatchTransformed, 2))
    assert hub.ingest(products=["BTC-USD"], since="1d").complete
    with pytest.raises(Cancelled, match="interrupted"):
        hub.transform()
    assert hub.transform().complete
    assert hub.verify(deep=True).complete


def test_a_cancelled_command_is_one_line_in_a_notebook() -> None:
    lines = Cancelled("interrupted")._render_traceback_()
    assert lines == ["interrupted: nothing is broken; run it again to go on"]


def test_the_second_interruption_is_pythons() -> None:
    stop = Stop()
    with interrupts(stop):
        press()
        assert stop.reason == "interrupted"
        with pytest.raises(KeyboardInterrupt):
            press()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_handlers_of_others_are_left_alone() -> None:
    heard: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    stop = Stop()
    with interrupts(stop):
        press()
    assert heard == [signal.SIGINT]
    assert not stop.is_set


def test_other_threads_change_no_handler() -> None:
    seen: list[object] = []

    def work() -> None:
        with interrupts(Stop()):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
