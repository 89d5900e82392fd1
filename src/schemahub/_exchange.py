"""One exchange as a run uses it: its connector behind its own limiter, breaker and connections."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._config import connector_config
from schemahub._plugins import load
from schemahub.errors import ConfigError
from schemahub.model import Ids, Paging, RateLimit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._clock import Clock, Stop
    from schemahub._config import Settings
    from schemahub._http.client import HttpClient
    from schemahub._http.sites import Sites
    from schemahub.connector import Connector
    from schemahub.events import Emit

_FILES_LIMIT = RateLimit(name="files", per_second=10.0, burst=10.0)
"""Hosts of bulk files document no limit; a run asks for a few files a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A connector and what sends its requests."""

    connector: Connector
    http: Sites


def connector_of(name: str, settings: Settings) -> Connector:
    """Load a connector with its settings.

    `ConfigError` if its trades cannot be read by position: that is the one way this version knows.
    """
    kind = load("connectors", name)
    if kind.ids is not Ids.DENSE or kind.paging is not Paging.BY_POSITION:
        msg = f"the connector {name!r} cannot be used with this version"
        expected = "dense ids, paged by position"
        found = f"{kind.ids.value} ids, paged {kind.paging.value.replace('_', ' ')}"
        raise ConfigError(msg, expected=expected, found=found)
    return kind(connector_config(settings, name, kind.Config))


@contextmanager
def connected(name: str, settings: Settings, *, clock: Clock, stop: Stop, emit: Emit) -> Iterator[Exchange]:
    """Hold an exchange's connections for the block; none is opened before its first request."""
    from schemahub._http.client import HttpClient
    from schemahub._http.sites import Sites

    connector = connector_of(name, settings)

    def client(url: str, limits: tuple[RateLimit, ...]) -> HttpClient:
        return HttpClient(
            url, limits, connector.classify, settings.http, clock=clock, stop=stop, emit=emit, exchange=name
        )

    config = connector.config
    archive = client(config.archive_url, (_FILES_LIMIT,)) if config.archive_url else None
    http = Sites(client(config.base_url, connector.rate_limits()), archive)
    try:
        yield Exchange(connector=connector, http=http)
    finally:
        http.close()
