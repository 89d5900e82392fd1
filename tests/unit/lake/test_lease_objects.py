"""Leases over a store, with replies that get lost and an object that nobody can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._lake.lease_objects import LeaseObjects
from schemahub.builtin.file_store import FileStore
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import RetryableError
from schemahub.layout import lease_key
from schemahub.testing import LockProviderConformance

if TYPE_CHECKING:
    from pathlib import Path

    from schemahub.object_store import ObjectStore

NAME = "coinbase_trades/BTC-USD"
SECOND = 1_000_000_000


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return MemoryStore() if request.param == "memory" else FileStore(tmp_path / "lake")


class TestLeaseObjects(LockProviderConformance):
    @pytest.fixture
    def locks(self, store: ObjectStore) -> LeaseObjects:
        return LeaseObjects(store)


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


def test_an_expired_lease_is_told_with_its_end(store: ObjectStore) -> None:
    locks = LeaseObjects(store)
    lease = locks.acquire(NAME, "a", 90, 0)
    assert lease is not None
    assert locks.current(NAME) == lease
    assert lease.expires_ns == 90 * SECOND


def test_a_lease_that_nobody_can_read_keeps_nobody_out(store: ObjectStore) -> None:
    store.put_new(lease_key(NAME), b"{damaged")
    locks = LeaseObjects(store)
    assert locks.holder(NAME) is None
    assert locks.acquire(NAME, "a", 90, 0)
    assert locks.acquire(NAME, "b", 90, 0) is None
