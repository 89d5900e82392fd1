"""A runner that slept or was cut off beyond its lease: another one takes over, and nothing comes of it."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from command_line import ended, finished
from lossy_proxy import Fate, lossy

from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import Popen

    from command_line import Schemahub
    from lossy_proxy import Plan, Seen
    from s3_history import LakeHistory
    from truth import Serve

BTC = "BTC-USD"
TRADES = 30_000
INGEST = ("ingest", "--product", BTC, "--since", "2d", "--json")
BOTH = pytest.mark.parametrize("leases", ["dynamodb", "objects"])
PATIENCE_SECONDS = 30.0


@pytest.fixture
def hasty(tool: Schemahub) -> Schemahub:
    """Return the command with leases that run out soon."""
    return tool.given(locks__ttl_seconds=2, locks__heartbeat_seconds=0.5)


@BOTH
def test_a_sleeper_stops_by_itself(hasty: Schemahub, history: LakeHistory, serve: Serve, leases: str) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=TRADES), latency_ms=100)
    hasty = hasty.given(connectors__coinbase__base_url=url, locks__provider=leases)
    with ended(hasty.start(*INGEST)) as sleeper:
        wait_until(lambda: len(history.watermarks(BTC)) >= 2, sleeper)
        sleeper.send_signal(signal.SIGSTOP)
        exchange.advance(1_000)
        taken_over(hasty)
        before = history.versions("")
        sleeper.send_signal(signal.SIGCONT)
        assert_gave_up(sleeper)
    assert data(history.versions("")) == data(before), "it wrote nothing any more"
    history.assert_raw_is(exchange, [BTC])
    assert len(history.raw_lines(BTC)) == TRADES + 1_000


@pytest.mark.parametrize(
    ("late", "leases"),
    [
        ("/raw_", "dynamodb"),
        *(
            pytest.param(late, leases, marks=pytest.mark.soak)
            for late, leases in [
                ("/raw_", "objects"),
                ("/checkpoints/", "dynamodb"),
                ("/checkpoints/", "objects"),
            ]
        ),
    ],
)
def test_a_write_that_arrives_after_the_takeover_changes_nothing(
    hasty: Schemahub, history: LakeHistory, serve: Serve, late: str, leases: str
) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=TRADES))
    hasty = hasty.given(connectors__coinbase__base_url=url, locks__provider=leases)
    with lossy(os.environ["AWS_ENDPOINT_URL"]) as plan:
        line = CutOff(plan, late)
        with ended(hasty.with_environment(AWS_ENDPOINT_URL=plan.url).start(*INGEST)) as cut_off:
            wait_until(line.holding.is_set, cut_off)
            exchange.advance(1_000)
            taken_over(hasty)
            before = history.versions("")
            line.mended.set()
            assert_gave_up(cut_off)
        (held,) = line.held
        assert [status for seen, status in plan.answered if seen is held] == [412], "it arrived, too late"
    assert data(history.versions("")) == data(before)
    history.assert_raw_is(exchange, [BTC])
    assert len(history.raw_lines(BTC)) == TRADES + 1_000


class CutOff:
    """A line that breaks when the third write to a place is on its way, which arrives once it is mended."""

    def __init__(self, plan: Plan, late: str) -> None:
        """Wait for that write; no lease is renewed from then on."""
        self.holding, self.mended = threading.Event(), threading.Event()
        self.held: list[Seen] = []
        self._late = late
        self._left = 2
        plan.under_way, plan.weather = self._under_way, self._weather

    def _under_way(self, seen: Seen) -> None:
        if seen.method != "PUT" or self._late not in seen.path or self.holding.is_set():
            return
        self._left -= 1
        if self._left < 0:
            self.held.append(seen)
            self.holding.set()
            self.mended.wait(PATIENCE_SECONDS)

    def _weather(self, seen: Seen) -> Fate:
        cut_off = self.holding.is_set() and not self.mended.is_set()
        renewal = bool(seen.action) or "/locks/" in seen.path
        return Fate.LOSE_REQUEST if cut_off and renewal else Fate.PASS


def wait_until(true: Callable[[], bool], process: Popen[str]) -> None:
    while not true():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)  # looking at another process: there is nothing to wait on


def taken_over(tool: Schemahub) -> None:
    """Run others until one gets the lease, which the first still has for a while, and does all the work."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (product := the_product(tool.must(*INGEST).document))["state"] != "done":
        assert product["state"] == "left to another runner"
        assert time.monotonic() < end
    assert product["trades"] > 0


def assert_gave_up(process: Popen[str]) -> None:
    done = finished(process)
    product = the_product(done.document)
    assert (done.code, product["state"]) == (1, "stopped"), done.out
    assert "the lease" in product["reason"]


def the_product(document: Any) -> Any:  # noqa: ANN401 - JSON
    (product,) = document["products"]
    return product


def data(versions: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return all but leases and the records of runs, which say of the sleeper too how it ended."""
    return {key: found for key, found in versions.items() if not key.startswith(("locks/", "runs/"))}
