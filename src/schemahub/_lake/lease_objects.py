"""Leases over any object store."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import msgspec

from schemahub._lake.read_back import put_if_read_back
from schemahub.errors import Conflict, LeaseLost, NotFound
from schemahub.layout import lease_key
from schemahub.lock import Lease, LockProvider

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore

_NS_PER_SECOND = 1_000_000_000


class _Grant(msgspec.Struct, frozen=True):
    """What is stored: `id` stays the same through all renewals of one grant, and is the lease's token."""

    owner: str
    expires_ns: int
    id: str
    released: bool = False

    def keeps_out(self, now_ns: int, evict: str | None) -> bool:
        return not self.released and self.expires_ns > now_ns and self.owner != evict


# Made here, and not by threads that meet: see `checkpoint_document`.
_grant = msgspec.json.Decoder(_Grant)


class LeaseObjects(LockProvider):
    """One small JSON object per lease, replaced by compare-and-set and never deleted.

    A deletion cannot be conditional, so a lease that is given back is marked as released.
    """

    def __init__(self, store: ObjectStore) -> None:
        """Keep the store; nothing is read or made."""
        self._store = store

    def acquire(
        self, name: str, owner: str, ttl_seconds: float, now_ns: int, *, evict: str | None = None
    ) -> Lease | None:
        """Take a lease that is free, expired or held by `evict`; None if somebody holds it."""
        found, version = self._read(name)
        if found is not None and found.keeps_out(now_ns, evict):
            return None
        grant = _Grant(owner, _expiry(now_ns, ttl_seconds), uuid.uuid4().hex)
        try:
            return self._write(name, grant, version)
        except Conflict:
            return None

    def renew(self, lease: Lease, ttl_seconds: float, now_ns: int) -> Lease:
        """Prolong a lease that is still one's own, even if it expired meanwhile; `LeaseLost` otherwise."""
        found, version = self._read(lease.name)
        if found is None or found.id != lease.token or found.released:
            raise _lost(lease, found)
        grant = msgspec.structs.replace(found, expires_ns=_expiry(now_ns, ttl_seconds))
        try:
            return self._write(lease.name, grant, version)
        except Conflict as error:
            raise _lost(lease, self._read(lease.name)[0]) from error

    def release(self, lease: Lease) -> None:
        """Give a lease back; nothing happens if it is no longer one's own."""
        found, version = self._read(lease.name)
        if found is None or found.id != lease.token or found.released:
            return
        try:
            self._write(lease.name, msgspec.structs.replace(found, released=True), version)
        except Conflict:
            return

    def holder(self, name: str) -> str | None:
        """Return the owner of an unreleased lease (it may have expired), for messages."""
        lease = self.current(name)
        return lease.owner if lease else None

    def current(self, name: str) -> Lease | None:
        """Return the unreleased lease, which may have expired; None if there is none."""
        found, _ = self._read(name)
        return None if found is None or found.released else _lease(name, found)

    def _read(self, name: str) -> tuple[_Grant | None, str | None]:
        try:
            stored = self._store.get(lease_key(name))
        except NotFound:
            return None, None
        try:
            return _grant.decode(stored.data), stored.version
        except msgspec.DecodeError:
            # A lease guarantees nothing, so one that nobody can read may keep nobody out.
            return None, stored.version

    def _write(self, name: str, grant: _Grant, version: str | None) -> Lease:
        put_if_read_back(self._store, lease_key(name), msgspec.json.encode(grant) + b"\n", version)
        return _lease(name, grant)


def _lease(name: str, grant: _Grant) -> Lease:
    return Lease(name=name, owner=grant.owner, expires_ns=grant.expires_ns, token=grant.id)


def _expiry(now_ns: int, ttl_seconds: float) -> int:
    return now_ns + round(ttl_seconds * _NS_PER_SECOND)


def _lost(lease: Lease, found: _Grant | None) -> LeaseLost:
    msg = "the lease was taken over" if found else "the lease is gone"
    return LeaseLost(msg, where=lease.name, expected=lease.owner, found=found.owner if found else None)
