"""All that `doctor` looks at, one after another."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from schemahub._doctor.configuration import exchanges_of, look_at_configuration
from schemahub._doctor.environment import look_at_environment
from schemahub._doctor.plugins import ask_plugins, look_at_plugins
from schemahub._doctor.result import DoctorResult
from schemahub.checkup import Checkup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub._clock import Clock
    from schemahub._config import Settings
    from schemahub.checkup import Finding


def examine(
    settings: Settings, clock: Clock, *, offline: bool = False, more: Iterable[Finding] = ()
) -> DoctorResult:
    """Look at everything that a run stands on; nothing is changed but a scratch object of the lake.

    `more` is what the caller knows, such as of the terminal. With `offline` nothing is sent anywhere.
    """
    asked = Checkup(
        lake=settings.lake,
        locks=settings.locks.provider,
        catalog=settings.catalog,
        query_engine=settings.query_engine,
        offline=offline,
    )
    parts = (
        look_at_environment(),
        look_at_plugins(),
        look_at_configuration(settings),
        ask_plugins(asked),
        _lake(settings, offline=offline),
        () if offline else _network(settings, clock),
        more,
    )
    return DoctorResult(offline=offline, findings=tuple(chain.from_iterable(parts)))


def _lake(settings: Settings, *, offline: bool) -> Iterable[Finding]:
    from schemahub._doctor.storage import look_at_lake

    if not settings.lake:
        return ()
    return look_at_lake(settings.lake, settings, exchanges_of(settings), offline=offline)


def _network(settings: Settings, clock: Clock) -> Iterable[Finding]:
    from schemahub._doctor.network import look_at_network

    return look_at_network(settings, exchanges_of(settings), clock)
