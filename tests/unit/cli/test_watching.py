"""`status --watch`: a table that lives."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub._clock import Stop
from schemahub._lake.lease_objects import LeaseObjects
from schemahub.checkpoint import Checkpoint
from schemahub.errors import RetryableError
from schemahub.layout import StreamId
from schemahub.lock import LockProvider
from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result as Outcome
    from tests.unit.cli.conftest import FakeHub

    from schemahub.results import Result

console = pytest.importorskip("rich.console")


def watched(hub: FakeHub, looks: int, *, failing_at: int | None = None) -> tuple[int, str, FakeClock]:
    """Watch until so many looks were taken; return how many were, what was drawn, and the clock."""
    from schemahub.cli._watching import watch

    clock, stop, taken = FakeClock(), Stop(), 0

    def take() -> Result:
        nonlocal taken
        taken += 1
        if taken == looks:
            stop.set("seen enough")
        if taken == failing_at:
            msg = "the network is away"
            raise RetryableError(msg)
        return hub.result

    screen = io.StringIO()
    watch(take, 10.0, clock, stop, console.Console(file=screen, force_terminal=True, width=100))
    return taken, screen.getvalue(), clock


def test_it_looks_again_until_it_is_stopped(hub: FakeHub) -> None:
    taken, drawn, clock = watched(hub, 3)
    assert taken == 3
    assert clock.monotonic() == 20.0
    for text in ("BTC-USD", "every 10 s", "2026-01-01T00:00:10"):
        assert text in drawn


def test_a_failure_is_shown_and_the_next_look_is_taken(hub: FakeHub) -> None:
    taken, drawn, _ = watched(hub, 4, failing_at=2)
    assert taken == 4
    assert "the network is away" in drawn


def test_the_first_failure_ends_it(hub: FakeHub) -> None:
    with pytest.raises(RetryableError):
        watched(hub, 4, failing_at=1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("status --watch", "needs a terminal"),
        ("status --watch 3 --by-day", "--by-day"),
        ("status --watch --quality", "--quality"),
        ("status --watch --json", "--json"),
        ("status --watch 0", "0.5"),
    ],
)
def test_what_cannot_be_watched_is_refused(
    hub: FakeHub, run: Callable[..., Outcome], line: str, reason: str
) -> None:
    outcome = run(*line.split(), "--lake", "here")
    assert (outcome.exit_code, hub.calls) == (2, [])
    assert reason in outcome.stderr


def test_the_lease_is_shown_beside_its_product(tmp_path: Path) -> None:
    clock = FakeClock()
    hub = schemahub.open(tmp_path, clock=clock)
    stream = StreamId("coinbase", "BTC-USD")
    hub.lake.checkpoints.save(Checkpoint(stream=stream), None)
    assert hub.lake.locks is not None
    hub.lake.locks.acquire(stream.lease_name, "somebody", 60.0, clock.now_ns())
    clock.advance(59)
    assert "somebody" in str(hub.status(leases=True))
    assert "somebody" not in str(hub.status())
    clock.advance(1)
    assert "at work" not in str(hub.status(leases=True)), "whoever it was died on another machine"


def test_a_lease_whose_end_its_provider_does_not_tell_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = schemahub.open(tmp_path)
    hub.lake.checkpoints.save(Checkpoint(stream=StreamId("coinbase", "BTC-USD")), None)
    monkeypatch.setattr(LeaseObjects, "current", LockProvider.current)
    monkeypatch.setattr(LeaseObjects, "holder", lambda *_: "somebody")
    assert "somebody" in str(hub.status(leases=True))
    monkeypatch.setattr(LeaseObjects, "holder", lambda *_: None)
    assert "at work" not in str(hub.status(leases=True))
