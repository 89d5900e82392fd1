"""Shares of an exchange's rate, claimed by lease: all runs together ask no faster than one would."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._config import connector_config
from schemahub._plugins import load
from schemahub._process_lock import keeper_of
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._config import Settings
    from schemahub._jobs import Jobs
    from schemahub._lease import HeldLease, LeaseKeeper

_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RateShare:
    """Some shares in hand. `settings` are those to connect with: slower by as much as others may have."""

    leases: tuple[HeldLease, ...]
    settings: Settings

    def check(self) -> None:
        """Raise `LeaseLost` once somebody else may have one of the shares."""
        for lease in self.leases:
            lease.check()


def shares_of(settings: Settings, exchange: str) -> int:
    """Return into how many shares an exchange's rate is cut: each may send one request at once."""
    return int(connector_config(settings, exchange, load("connectors", exchange).Config).burst)


@contextmanager
def rate_share(jobs: Jobs, exchange: str, wanted: int) -> Iterator[RateShare]:
    """Hold up to `wanted` shares for the block; wait until there is one.

    The shares are the same for all runs on the lake, however many workers each has. `ConfigError` where
    there are no leases to claim them by; `Cancelled` on a wish to stop.
    """
    settings, clock = jobs.settings, jobs.clock
    if jobs.lake.locks is None:
        msg = f"workers share the rate of {exchange} by leases, and there are none"
        hint = "Set a lock provider, or no executor."
        raise ConfigError(msg, found="locks.provider: none", hint=hint)
    config = connector_config(settings, exchange, load("connectors", exchange).Config)
    total = shares_of(settings, exchange)
    with keeper_of(jobs.lake.locks, settings.locks, clock) as keeper, ExitStack() as held:
        while not (leases := _claimed(keeper, exchange, total, wanted, held)):
            clock.wait(_AGAIN_SECONDS, jobs.stop())
        part = len(leases) / total
        own = settings.connectors.get(exchange, {})
        slower = {"requests_per_second": config.requests_per_second * part, "burst": config.burst * part}
        connectors = {**settings.connectors, exchange: {**own, **slower}}
        yield RateShare(leases=leases, settings=settings.model_copy(update={"connectors": connectors}))


def _claimed(
    keeper: LeaseKeeper, exchange: str, total: int, wanted: int, held: ExitStack
) -> tuple[HeldLease, ...]:
    leases: list[HeldLease] = []
    for number in range(total):
        lease = held.enter_context(keeper.hold(f"rate/{exchange}-{number}"))
        if lease is not None:
            leases.append(lease)
        if len(leases) == wanted:
            break
    return tuple(leases)
