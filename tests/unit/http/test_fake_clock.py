from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from schemahub.errors import Cancelled

if TYPE_CHECKING:
    from schemahub._clock import Clock, Stop
    from schemahub.testing.fake_clock import FakeClock


def test_waiting_moves_both_scales_and_takes_no_time(clock: FakeClock, stop: Stop) -> None:
    as_clock: Clock = clock
    wall = clock.now_ns()
    as_clock.wait(3600.5, stop)
    assert clock.monotonic() == 3600.5
    assert clock.now_ns() - wall == 3_600_500_000_000


def test_the_wall_jumps_alone(clock: FakeClock) -> None:
    wall = clock.now_ns()
    clock.jump(-60)
    assert clock.monotonic() == 0
    assert clock.now_ns() == wall - 60_000_000_000


def test_a_stopped_wait_is_cancelled(clock: FakeClock, stop: Stop) -> None:
    stop.set("Ctrl-C")
    with pytest.raises(Cancelled, match="Ctrl-C"):
        clock.wait(1, stop)
    assert clock.monotonic() == 0


def test_time_runs_forward(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)


def test_no_wait_of_any_thread_is_lost(clock: FakeClock, stop: Stop) -> None:
    def wait_often() -> None:
        for _ in range(500):
            clock.wait(0.001, stop)

    threads = [threading.Thread(target=wait_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.monotonic() == pytest.approx(4.0)
