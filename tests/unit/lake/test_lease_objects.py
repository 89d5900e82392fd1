"""Leases over a store: one holder at a time, taken over only once they ran out."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from schemahub._lake.lease_objects import LeaseObjects
from schemahub.builtin.file_store import FileStore
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import LeaseLost, RetryableError
from schemahub.layout import lease_key

if TYPE_CHECKING:
    from pathlib import Path

    from schemahub.object_store import ObjectStore

NAME = "coinbase_trades/BTC-USD"
SECOND = 1_000_000_000


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return MemoryStore() if request.param == "memory" else FileStore(tmp_path / "lake")


def test_a_lease_is_held_by_one_until_it_is_released(store: ObjectStore) -> None:
    locks = LeaseObjects(store)
    assert locks.holder(NAME) is None
    lease = locks.acquire(NAME, "a", 90, 0)
    assert lease is not None
    assert (lease.name, lease.owner, lease.expires_ns) == (NAME, "a", 90 * SECOND)
    assert locks.acquire(NAME, "b", 90, 0) is None
    assert locks.acquire(NAME, "a", 90, 0) is None, "its own owner is somebody as well"
    assert locks.holder(NAME) == "a"
    locks.release(lease)
    assert locks.holder(NAME) is None
    assert locks.acquire(NAME, "b", 90, 0) is not None


def test_a_lease_that_ran_out_goes_to_exactly_one(store: ObjectStore) -> None:
    locks = LeaseObjects(store)
    assert locks.acquire(NAME, "old", 90, 0)
    start = threading.Barrier(16)

    def take(number: int) -> bool:
        start.wait()
        return locks.acquire(NAME, str(number), 90, 90 * SECOND) is not None

    assert locks.acquire(NAME, "early", 90, 90 * SECOND - 1) is None
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(take, range(16)))
    assert taken.count(True) == 1
    assert locks.holder(NAME) == str(taken.index(True))


def test_a_renewed_lease_lasts_longer(store: ObjectStore) -> None:
    locks = LeaseObjects(store)
    lease = locks.acquire(NAME, "a", 90, 0)
    assert lease is not None
    lease = locks.renew(lease, 90, 60 * SECOND)
    assert lease.expires_ns == 150 * SECOND
    assert locks.acquire(NAME, "b", 90, 149 * SECOND) is None
    assert locks.renew(lease, 90, 200 * SECOND), "expired, but nobody took it"


def test_a_lease_that_was_taken_over_is_lost_and_its_release_does_nothing(store: ObjectStore) -> None:
    locks = LeaseObjects(store)
    lease = locks.acquire(NAME, "a", 90, 0)
    assert lease is not None
    assert locks.acquire(NAME, "b", 90, 100 * SECOND)
    with pytest.raises(LeaseLost, match=r"coinbase_trades/BTC-USD: .*expected a, found b"):
        locks.renew(lease, 90, 100 * SECOND)
    locks.release(lease)
    assert locks.holder(NAME) == "b"


def test_a_lease_of_an_earlier_grant_is_not_ones_own(store: ObjectStore) -> None:
    locks = LeaseObjects(store)
    earlier = locks.acquire(NAME, "a", 90, 0)
    assert earlier is not None
    locks.release(earlier)
    with pytest.raises(LeaseLost):
        locks.renew(earlier, 90, 0)
    assert locks.acquire(NAME, "a", 90, 0)
    with pytest.raises(LeaseLost):
        locks.renew(earlier, 90, 0)
    locks.release(earlier)
    assert locks.holder(NAME) == "a"


def test_only_the_named_owner_is_evicted(store: ObjectStore) -> None:
    locks = LeaseObjects(store)
    lease = locks.acquire(NAME, "dead", 90, 0)
    assert lease is not None
    assert locks.acquire(NAME, "b", 90, 0, evict="somebody else") is None
    assert locks.acquire(NAME, "b", 90, 0, evict="dead") is not None
    with pytest.raises(LeaseLost):
        locks.renew(lease, 90, 0)


def test_a_renewal_whose_reply_was_lost_does_not_lose_the_lease() -> None:
    class ReplyLost(MemoryStore):
        lossy = False

        def put_if(self, key: str, data: bytes, version: str | None) -> str:
            stored = super().put_if(key, data, version)
            if self.lossy:
                self.lossy = False
                msg = "the reply was lost"
                raise RetryableError(msg)
            return stored

    store = ReplyLost()
    locks = LeaseObjects(store)
    lease = locks.acquire(NAME, "a", 90, 0)
    assert lease is not None
    store.lossy = True
    assert locks.renew(lease, 90, SECOND).expires_ns == 91 * SECOND
    locks.renew(lease, 90, 2 * SECOND)
    locks.release(lease)
    assert locks.holder(NAME) is None


def test_a_lease_that_nobody_can_read_keeps_nobody_out(store: ObjectStore) -> None:
    store.put_new(lease_key(NAME), b"{damaged")
    locks = LeaseObjects(store)
    assert locks.holder(NAME) is None
    assert locks.acquire(NAME, "a", 90, 0)
    assert locks.acquire(NAME, "b", 90, 0) is None
