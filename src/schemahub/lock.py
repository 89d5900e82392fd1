"""Leases: they save work, they guarantee nothing (compare-and-set does)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from schemahub.object_store import ObjectStore

_NO_END_NS = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to work on something until `expires_ns`; `token` is the provider's own."""

    name: str
    owner: str
    expires_ns: int
    token: str


class LockProvider(ABC):
    """Grants leases by name. The heartbeat that renews them is the core's.

    The core's implementation keeps leases in any `ObjectStore`. Register another one under the
    entry-point group `schemahub.lock_providers`.

    A lost reply is told apart from a refusal: a lease that was granted is returned, and if that cannot be
    found out, the call raises `RetryableError`. `ConfigError` where a person must act.
    """

    Options: ClassVar[type[BaseModel] | None] = None
    """A pydantic model of the settings `lock_providers.{name}`; without one there are none."""

    def __init__(self, store: ObjectStore) -> None:
        """Keep the lake's store, and do no I/O; what lives elsewhere may ignore it."""
        self._store = store

    @classmethod
    def of_lake(cls, url: str, store: ObjectStore, options: Mapping[str, object]) -> Self:
        """Return the provider of the lake at `url`, doing no I/O; the default needs `store` alone.

        Override it where leases live elsewhere: names are those of one lake, so they are kept apart by its
        URL. `options` are those that a person set, checked against `Options`.
        """
        del url, options
        return cls(store)

    @abstractmethod
    def acquire(
        self, name: str, owner: str, ttl_seconds: float, now_ns: int, *, evict: str | None = None
    ) -> Lease | None:
        """Take a lease that is free or expired; None if somebody holds it.

        Of any number of racing calls at most one gets it. `evict` names an owner that is known to have
        died: a lease of exactly that owner counts as expired.
        """

    @abstractmethod
    def renew(self, lease: Lease, ttl_seconds: float, now_ns: int) -> Lease:
        """Prolong a lease that is still one's own; `LeaseLost` otherwise."""

    @abstractmethod
    def release(self, lease: Lease) -> None:
        """Give a lease back; nothing happens if it is no longer one's own."""

    @abstractmethod
    def holder(self, name: str) -> str | None:
        """Return the owner of an unreleased lease (it may have expired), for messages."""

    def current(self, name: str) -> Lease | None:
        """Return the unreleased lease, which may have expired; None if there is none.

        Override it where the end is stored, in one request: this default knows `holder` alone, and takes
        its lease for one without end.
        """
        owner = self.holder(name)
        return None if owner is None else Lease(name=name, owner=owner, expires_ns=_NO_END_NS, token="")
