"""Which settings were given, and where; never their values, some of which are secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._config import connector_config, places_of
from schemahub._plugins import load
from schemahub.checkup import problem, warning, well
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._config import Settings
    from schemahub.checkup import Finding


def exchanges_of(settings: Settings) -> tuple[str, ...]:
    """Return the exchanges that commands would work on, and those that have settings."""
    chosen = settings.exchanges or (settings.exchange,)
    return tuple(dict.fromkeys((*chosen, *settings.connectors)))


def look_at_configuration(settings: Settings) -> Iterator[Finding]:
    """Tell of each setting that was given where it was; check those of connectors by their own models."""
    places = places_of(settings)
    if not places:
        yield well("configuration", "settings", "defaults alone")
    for name, place in sorted(places.items()):
        yield well("configuration", name, f"set by {place}")
    for exchange in exchanges_of(settings):
        yield from _connector(settings, exchange)
    if not settings.lake:
        hint = "Use --lake ./lake, or set SCHEMAHUB_LAKE."
        yield warning("configuration", "lake", "no lake is given", hint)


def _connector(settings: Settings, exchange: str) -> Iterator[Finding]:
    try:
        connector_config(settings, exchange, load("connectors", exchange).Config)
    except ConfigError as error:
        yield problem("configuration", f"exchange {exchange}", str(error), error.hint)
