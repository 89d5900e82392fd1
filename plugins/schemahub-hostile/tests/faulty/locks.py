"""Faults of lock providers: a table in memory that is right, and what can be wrong with it."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from faulty.fault import breaks, dawdle
from schemahub.errors import LeaseLost
from schemahub.lock import Lease, LockProvider

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore

_NS = 1_000_000_000


class Sound(LockProvider):
    """Leases in a dictionary, under a lock."""

    numbers: ClassVar[itertools.count[int]] = itertools.count()

    def __init__(self, store: ObjectStore) -> None:
        super().__init__(store)
        self.held: dict[str, Lease] = {}
        self.lock = threading.RLock()

    def acquire(
        self, name: str, owner: str, ttl_seconds: float, now_ns: int, *, evict: str | None = None
    ) -> Lease | None:
        with self.lock:
            if not self.is_free(name, now_ns, evict):
                return None
            return self.grant(name, owner, ttl_seconds, now_ns)

    def grant(self, name: str, owner: str, ttl_seconds: float, now_ns: int) -> Lease:
        expires = now_ns + round(ttl_seconds * _NS)
        lease = Lease(name=name, owner=owner, expires_ns=expires, token=self.token(owner))
        self.held[self.key(name)] = lease
        return lease

    def key(self, name: str) -> str:
        return name

    def token(self, owner: str) -> str:
        return f"{owner}-{next(self.numbers)}"

    def is_free(self, name: str, now_ns: int, evict: str | None) -> bool:
        found = self.held.get(self.key(name))
        return found is None or found.expires_ns <= now_ns or found.owner == evict

    def is_own(self, lease: Lease) -> bool:
        found = self.held.get(self.key(lease.name))
        return found is not None and found.token == lease.token

    def renew(self, lease: Lease, ttl_seconds: float, now_ns: int) -> Lease:
        with self.lock:
            found = self.holder(lease.name)
            if not self.is_own(lease):
                msg = "the lease was taken over"
                raise LeaseLost(msg, where=lease.name, expected=lease.owner, found=found)
            renewed = replace(lease, expires_ns=now_ns + round(ttl_seconds * _NS))
            self.held[self.key(lease.name)] = renewed
            return renewed

    def release(self, lease: Lease) -> None:
        with self.lock:
            if self.is_own(lease):
                del self.held[self.key(lease.name)]

    def holder(self, name: str) -> str | None:
        found = self.held.get(self.key(name))
        return found.owner if found else None


@breaks("CT-LCK-01", "lets an owner in twice")
class Familiar(Sound):
    def acquire(
        self, name: str, owner: str, ttl_seconds: float, now_ns: int, *, evict: str | None = None
    ) -> Lease | None:
        return super().acquire(name, owner, ttl_seconds, now_ns, evict=evict or owner)


@breaks("CT-LCK-02", "cuts names short")
class Cutting(Sound):
    def key(self, name: str) -> str:
        return name[:23]


@breaks("CT-LCK-03", "counts in seconds")
class Coarse(Sound):
    def is_free(self, name: str, now_ns: int, evict: str | None) -> bool:
        return super().is_free(name, now_ns + _NS, evict)


@breaks("CT-LCK-04", "looks, then writes")
class Looking(Sound):
    def acquire(
        self, name: str, owner: str, ttl_seconds: float, now_ns: int, *, evict: str | None = None
    ) -> Lease | None:
        if not self.is_free(name, now_ns, evict):
            return None
        dawdle()
        return self.grant(name, owner, ttl_seconds, now_ns)


@breaks("CT-LCK-05", "renews without a new end")
class Unchanged(Sound):
    def renew(self, lease: Lease, ttl_seconds: float, now_ns: int) -> Lease:
        super().renew(lease, 0, lease.expires_ns)
        return replace(lease, expires_ns=now_ns + round(ttl_seconds * _NS))


@breaks("CT-LCK-06", "releases whoever holds it")
class Evicting(Sound):
    def release(self, lease: Lease) -> None:
        self.held.pop(lease.name, None)


@breaks("CT-LCK-07", "knows owners, not grants")
class Nameless(Sound):
    def token(self, owner: str) -> str:
        return owner


@breaks("CT-LCK-08", "an error for what is released already")
class Strict(Sound):
    def release(self, lease: Lease) -> None:
        del self.held[lease.name]


@breaks("CT-LCK-09", "evicts anybody")
class Ruthless(Sound):
    def is_free(self, name: str, now_ns: int, evict: str | None) -> bool:
        return evict is not None or super().is_free(name, now_ns, evict)
