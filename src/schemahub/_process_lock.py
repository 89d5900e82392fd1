"""The lock of a whole run, for those who want one run of a command at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemahub._lease import LeaseKeeper
from schemahub.errors import ConfigError, RetryableError
from schemahub.layout import process_lease_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._clock import Clock
    from schemahub.lock import LockProvider
    from schemahub.settings import LockSettings


def keeper_of(provider: LockProvider, settings: LockSettings, clock: Clock) -> LeaseKeeper:
    """Return what holds leases as the settings say."""
    return LeaseKeeper(
        provider, clock, ttl_seconds=settings.ttl_seconds, every_seconds=settings.heartbeat_seconds
    )


@contextmanager
def process_lock(
    command: str,
    provider: LockProvider | None,
    settings: LockSettings,
    clock: Clock,
    *,
    exchange: str | None = None,
) -> Iterator[None]:
    """Hold the lease of a command's run for the block, if the settings want that.

    `RetryableError` if another process has it. Like every lease it saves work and guarantees nothing (R4):
    a run that sleeps past it is one of two, which is harmless.
    """
    if not settings.process:
        yield
        return
    if provider is None:
        msg = "locks.process needs leases, and locks.provider is none"
        raise ConfigError(msg, hint="Unset one of them.")
    name = process_lease_name(command, exchange)
    with keeper_of(provider, settings, clock) as keeper, keeper.hold(name) as held:
        if held is None:
            msg = f"another `{command}` is at work on this lake"
            hint = "Wait for it; or set locks.process to false, and runs share the work."
            raise RetryableError(msg, where=name, found=keeper.holder(name), hint=hint)
        yield
