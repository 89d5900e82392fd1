"""The heartbeat, beaten by hand on a clock that only the test moves."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from schemahub._lake.lease_objects import LeaseObjects
from schemahub._lease import LeaseKeeper
from schemahub._owner import owner_is_gone, owner_name
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import LeaseLost, RetryableError
from schemahub.testing.fake_clock import FakeClock

if TYPE_CHECKING:
    from schemahub.lock import Lease

NAME = "coinbase_trades/BTC-USD"


class Unreliable(LeaseObjects):
    """Fails to renew or release while `failing`."""

    failing = False

    def renew(self, lease: Lease, ttl_seconds: float, now_ns: int) -> Lease:
        self._fail()
        return super().renew(lease, ttl_seconds, now_ns)

    def release(self, lease: Lease) -> None:
        self._fail()
        super().release(lease)

    def _fail(self) -> None:
        if self.failing:
            msg = "no connection"
            raise RetryableError(msg)


@pytest.fixture
def locks() -> Unreliable:
    return Unreliable(MemoryStore())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def keeper(locks: Unreliable, clock: FakeClock) -> LeaseKeeper:
    return LeaseKeeper(locks, clock)


def dead_owner() -> str:
    """Return the owner of a process that was."""
    host, pid, nonce = owner_name().rsplit(":", 2)
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert pid == str(os.getpid())
    return f"{host}:{process.pid}:{nonce}"


def test_a_lease_is_held_for_the_block(keeper: LeaseKeeper, locks: Unreliable) -> None:
    with keeper.hold(NAME) as held:
        assert held is not None
        held.check()
        assert locks.holder(NAME) == owner_name()
        with keeper.hold(NAME) as second:
            assert second is None
    assert locks.holder(NAME) is None
    with pytest.raises(LeaseLost, match="given back"):
        held.check()


def test_a_lease_that_is_renewed_lasts(keeper: LeaseKeeper, locks: Unreliable, clock: FakeClock) -> None:
    with keeper.hold(NAME) as held:
        assert held is not None
        for _ in range(10):
            clock.advance(30)
            keeper.beat()
            held.check()
            assert locks.acquire(NAME, "other", 90, clock.now_ns()) is None


def test_a_lease_without_a_renewal_is_lost_by_the_local_clock(keeper: LeaseKeeper, clock: FakeClock) -> None:
    with keeper.hold(NAME) as held:
        assert held is not None
        clock.advance(89.9)
        held.check()
        clock.advance(0.1)
        with pytest.raises(LeaseLost, match=r"BTC-USD: the lease ran out.*expected one in 90 s, found 90 s"):
            held.check()


def test_a_wall_clock_that_jumps_loses_nothing(keeper: LeaseKeeper, clock: FakeClock) -> None:
    with keeper.hold(NAME) as held:
        assert held is not None
        clock.jump(86_400)
        held.check()
        clock.jump(-2 * 86_400)
        held.check()


def test_a_lease_that_was_taken_over_is_lost_for_good(
    keeper: LeaseKeeper, locks: Unreliable, clock: FakeClock
) -> None:
    with keeper.hold(NAME) as held:
        assert held is not None
        other = locks.acquire(NAME, "other", 90, clock.now_ns(), evict=owner_name())
        assert other is not None
        held.check()
        for _ in range(2):
            keeper.beat()
            with pytest.raises(LeaseLost, match="taken over"):
                held.check()
        locks.release(other)
        locks.failing = True
        keeper.beat()
        with pytest.raises(LeaseLost, match="taken over"):
            held.check()


def test_two_failed_renewals_are_survived_and_three_are_not(
    keeper: LeaseKeeper, locks: Unreliable, clock: FakeClock
) -> None:
    with keeper.hold(NAME) as held:
        assert held is not None
        for failures in (2, 3):
            locks.failing = True
            for _ in range(failures):
                held.check()
                clock.advance(30)
                keeper.beat()
            locks.failing = failures == 3
            if failures == 2:
                keeper.beat()
        with pytest.raises(LeaseLost, match="no renewal") as lost:
            held.check()
        assert "no connection" in str(lost.value.__cause__)


def test_a_release_that_fails_does_not_hide_how_the_block_ended(
    keeper: LeaseKeeper, locks: Unreliable
) -> None:
    def work() -> None:
        with keeper.hold(NAME):
            locks.failing = True
            msg = "the work failed"
            raise KeyError(msg)

    with pytest.raises(KeyError, match="the work failed"):
        work()


def test_a_holder_that_died_on_this_host_is_displaced_at_once(
    keeper: LeaseKeeper, locks: Unreliable, clock: FakeClock
) -> None:
    assert locks.acquire(NAME, dead_owner(), 90, clock.now_ns())
    with keeper.hold(NAME) as held:
        assert held is not None
        assert locks.holder(NAME) == owner_name()


@pytest.mark.parametrize("owner", ["elsewhere:1:abc", "nonsense", "", f"::{10**30}:"])
def test_a_holder_of_whom_nothing_is_known_is_left_alone(
    keeper: LeaseKeeper, locks: Unreliable, clock: FakeClock, owner: str
) -> None:
    assert locks.acquire(NAME, owner, 90, clock.now_ns())
    with keeper.hold(NAME) as held:
        assert held is None


def test_a_living_process_is_not_gone() -> None:
    host, _, nonce = owner_name().rsplit(":", 2)
    assert not owner_is_gone(owner_name())
    assert not owner_is_gone(f"{host}:{os.getppid()}:{nonce}")
    assert not owner_is_gone(f"{host}:{10**30}:{nonce}"), "no such pid can be: in doubt, no"
    assert not owner_is_gone(f"x{dead_owner()}")
    assert owner_is_gone(dead_owner())


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="how a process is, /proc tells")
def test_a_dead_process_that_nobody_has_waited_for_is_gone() -> None:
    host, _, nonce = owner_name().rsplit(":", 2)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert not owner_is_gone(f"{host}:{child.pid}:{nonce}")
        child.kill()
        # Waits for its end, and leaves it unwaited for.
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert owner_is_gone(f"{host}:{child.pid}:{nonce}")


def test_the_heartbeat_runs_in_one_thread_and_ends_with_the_keeper(
    locks: Unreliable, clock: FakeClock
) -> None:
    beaten = threading.Event()

    class Watched(LeaseKeeper):
        def beat(self) -> None:
            super().beat()
            beaten.set()

    with Watched(locks, clock, every_seconds=0.001) as keeper:
        (heart,) = [thread for thread in threading.enumerate() if thread.name == "schemahub-heartbeat"]
        assert heart.daemon
        with keeper.hold(NAME) as held:
            assert held is not None
            assert beaten.wait(30)
    assert not heart.is_alive()
