"""One exchange as a run uses it: its connector behind its own limiter, breaker and connections."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._config import connector_config
from schemahub._plugins import load
from schemahub.connector import Connector
from schemahub.errors import ConfigError
from schemahub.model import Ids, Paging, RateLimit
from schemahub.token_connector import TokenConnector
from schemahub.window_connector import WindowConnector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemahub._clock import Clock, Stop
    from schemahub._config import Settings
    from schemahub._http.client import HttpClient
    from schemahub._http.sites import Sites
    from schemahub.events import Emit
    from schemahub.model import Response, Verdict

_BASES: dict[Paging, type] = {
    Paging.BY_POSITION: Connector,
    Paging.BY_TOKEN: TokenConnector,
    Paging.BY_WINDOW: WindowConnector,
}
_FILES_LIMIT = RateLimit(name="files", per_second=10.0, burst=10.0)
"""Hosts of bulk files document no limit; a run asks for a few files a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A connector and what sends its requests."""

    connector: Connector
    http: Sites


def connector_of(name: str, settings: Settings) -> Connector:
    """Load a connector with its settings.

    `ConfigError` if its class does not say how its trades are to be read.
    """
    kind = load("connectors", name)
    _check_readable(name, kind)
    return kind(connector_config(settings, name, kind.Config))


def _check_readable(name: str, kind: type[Connector]) -> None:
    base = _BASES[kind.paging]
    if not issubclass(kind, base):
        msg = f"the connector {name!r} says that it is paged {_words(kind.paging)}, and has not the methods"
        raise ConfigError(msg, expected=f"a subclass of {base.__name__}")
    if kind.ids is Ids.DENSE or (kind.ids is Ids.SPARSE and kind.paging is not Paging.BY_POSITION):
        return
    msg = f"the connector {name!r} cannot be used with this version"
    expected = "dense ids, or sparse ones paged by token or by window"
    found = f"{kind.ids.value} ids, paged {_words(kind.paging)}"
    raise ConfigError(msg, expected=expected, found=found)


def _words(paging: Paging) -> str:
    return paging.value.replace("_", " ")


@contextmanager
def connected(  # noqa: PLR0913 - what a run works with
    name: str,
    settings: Settings,
    *,
    clock: Clock,
    stop: Stop,
    emit: Emit,
    heard: Callable[[Response], None] | None = None,
) -> Iterator[Exchange]:
    """Hold an exchange's connections for the block; whatever it answers, `heard` is told.

    None is opened before its first request. A bulk file is told as an answer without a body.
    """
    from schemahub._http.client import HttpClient
    from schemahub._http.sites import Sites

    connector = connector_of(name, settings)

    def classify(response: Response) -> Verdict:
        if heard is not None:
            heard(response)
        return connector.classify(response)

    def client(url: str, limits: tuple[RateLimit, ...]) -> HttpClient:
        return HttpClient(
            url, limits, classify, settings.http, clock=clock, stop=stop, emit=emit, exchange=name
        )

    config = connector.config
    archive = client(config.archive_url, (_FILES_LIMIT,)) if config.archive_url else None
    http = Sites(client(config.base_url, connector.rate_limits()), archive)
    try:
        yield Exchange(connector=connector, http=http)
    finally:
        http.close()
