"""What every lock provider promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.errors import LeaseLost
from schemahub.testing.conformance.racing import race
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from schemahub.lock import Lease, LockProvider

_NAME = "coinbase_trades/BTC-USD"
_SECOND = 1_000_000_000
_NOW = 1_767_225_600_123_456_789
_TTL = 90.0


class LockProviderConformance:
    """Subclass it with a fixture `locks`. The time is the tests' own."""

    contenders = 16

    @pytest.fixture
    def locks(self) -> LockProvider:
        """Return a provider that has granted nothing."""
        raise NotImplementedError

    @rule("CT-LCK-01")
    def test_a_lease_is_held_by_one_until_it_is_released(self, locks: LockProvider) -> None:
        assert locks.holder(_NAME) is None, "nobody holds what was never granted"
        assert locks.current(_NAME) is None, "what was never granted is no lease"
        lease = _granted(locks, "a")
        assert (lease.name, lease.owner) == (_NAME, "a"), "a lease says what it is for and whose"
        assert lease.expires_ns == _NOW + 90 * _SECOND, "a lease ends ttl_seconds after now_ns"
        assert locks.acquire(_NAME, "b", _TTL, _NOW) is None, "a held lease is not granted to another"
        assert locks.acquire(_NAME, "a", _TTL, _NOW) is None, "its own owner is somebody as well"
        assert locks.holder(_NAME) == "a", "holder names the owner"
        locks.release(lease)
        assert locks.holder(_NAME) is None, "nobody holds a released lease"
        assert locks.current(_NAME) is None, "a released lease is none"
        assert locks.acquire(_NAME, "b", _TTL, _NOW), "a released lease is free"

    @rule("CT-LCK-02")
    def test_two_names_are_two_leases(self, locks: LockProvider) -> None:
        _granted(locks, "a")
        assert locks.acquire(f"{_NAME}C", "b", _TTL, _NOW), "a name that begins alike is another lease"
        assert locks.holder(_NAME) == "a", "the first lease stays as it was"

    @rule("CT-LCK-03")
    def test_a_lease_ends_to_the_nanosecond_and_goes_to_exactly_one(self, locks: LockProvider) -> None:
        end = _granted(locks, "old").expires_ns
        assert locks.acquire(_NAME, "early", _TTL, end - 1) is None, "one nanosecond before it is held"
        taken = race(self.contenders, lambda number: locks.acquire(_NAME, str(number), _TTL, end))
        winners = [number for number, lease in enumerate(taken) if lease]
        assert len(winners) == 1, f"exactly one takes over an expired lease, found {winners}"
        assert locks.holder(_NAME) == str(winners[0]), "the holder is the one that was told so"

    @rule("CT-LCK-04")
    def test_of_racing_calls_for_a_fresh_lease_one_gets_it(self, locks: LockProvider) -> None:
        taken = race(self.contenders, lambda number: locks.acquire(_NAME, str(number), _TTL, _NOW))
        assert sum(lease is not None for lease in taken) == 1, "exactly one gets a fresh lease"

    @rule("CT-LCK-05")
    def test_a_renewed_lease_lasts_longer(self, locks: LockProvider) -> None:
        lease = locks.renew(_granted(locks, "a"), _TTL, _NOW + 60 * _SECOND)
        assert lease.expires_ns == _NOW + 150 * _SECOND, "a renewal counts from its own now_ns"
        seen = locks.current(_NAME)
        assert seen, "a renewed lease is there"
        assert seen.owner == "a", "current names the owner"
        assert seen.expires_ns >= lease.expires_ns, "current tells no earlier end than there is"
        soon, late = _NOW + 149 * _SECOND, _NOW + 200 * _SECOND
        assert locks.acquire(_NAME, "b", _TTL, soon) is None, "a renewed lease keeps others out"
        assert locks.renew(lease, _TTL, late), "an expired lease that nobody took can be renewed"

    @rule("CT-LCK-06")
    def test_a_lease_that_was_taken_over_is_lost_and_its_release_does_nothing(
        self, locks: LockProvider
    ) -> None:
        lease = _granted(locks, "a")
        later = _NOW + 100 * _SECOND
        assert locks.acquire(_NAME, "b", _TTL, later), "an expired lease can be taken over"
        with pytest.raises(LeaseLost, match=r"coinbase_trades/BTC-USD: .*expected a, found b"):
            locks.renew(lease, _TTL, later)
        locks.release(lease)
        assert locks.holder(_NAME) == "b", "releasing what is no longer one's own does nothing"

    @rule("CT-LCK-07")
    def test_a_lease_of_an_earlier_grant_is_not_ones_own(self, locks: LockProvider) -> None:
        earlier = _granted(locks, "a")
        locks.release(earlier)
        with pytest.raises(LeaseLost):
            locks.renew(earlier, _TTL, _NOW)
        _granted(locks, "a")
        with pytest.raises(LeaseLost):
            locks.renew(earlier, _TTL, _NOW)
        locks.release(earlier)
        assert locks.holder(_NAME) == "a", "the same owner's later grant is another lease"

    @rule("CT-LCK-08")
    def test_releasing_twice_is_harmless(self, locks: LockProvider) -> None:
        lease = _granted(locks, "a")
        locks.release(lease)
        locks.release(lease)
        assert locks.holder(_NAME) is None, "a lease released twice is released"

    @rule("CT-LCK-09")
    def test_only_the_named_owner_is_evicted(self, locks: LockProvider) -> None:
        lease = _granted(locks, "dead")
        assert locks.acquire(_NAME, "b", _TTL, _NOW, evict="x") is None, "another's name evicts nobody"
        assert locks.acquire(_NAME, "b", _TTL, _NOW, evict="dead"), "a lease of `evict` counts as expired"
        with pytest.raises(LeaseLost):
            locks.renew(lease, _TTL, _NOW)


def _granted(locks: LockProvider, owner: str) -> Lease:
    lease = locks.acquire(_NAME, owner, _TTL, _NOW)
    assert lease is not None, f"a free lease is granted to {owner}"
    return lease
