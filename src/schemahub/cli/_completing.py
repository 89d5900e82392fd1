"""What a shell completes beyond options: names from metadata, products from a lake of this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import click

    from schemahub.object_store import ObjectStore

    Completer = Callable[[click.Context, click.Parameter, str], list[str]]

_MOST = 200


def names_of(kind: str) -> Completer:
    """Return what completes the names of installed plugins of a kind; none is imported."""

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        del ctx, parameter
        from schemahub._plugins import installed

        return sorted({info.name for info in installed(kind) if info.name.startswith(incomplete)})

    return complete


def commands(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete names of commands."""
    del ctx, parameter
    from schemahub.cli._commands import COMMANDS

    return [name for name in COMMANDS if name.startswith(incomplete)]


def products(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete products of the lake's seeds and checkpoints.

    Nothing is completed where the lake is no folder of this machine: a key press is to ask no cloud.
    """
    del parameter
    from schemahub.errors import SchemahubError

    url = ctx.params.get("url") or os.environ.get("SCHEMAHUB_LAKE")
    if not url or ("://" in url and not url.startswith("file:")):
        return []
    try:
        found = set(_products_in(url, _exchanges(ctx)))
    except SchemahubError:
        # A shell has nowhere to show it.
        return []
    return sorted(name for name in found if name.upper().startswith(incomplete.upper()))[:_MOST]


def _exchanges(ctx: click.Context) -> list[str]:
    from schemahub._plugins import installed

    given = ctx.params.get("exchanges") or ctx.params.get("exchange")
    named = [given] if isinstance(given, str) else list(given or ())
    return named or [info.name for info in installed("connectors")]


def _products_in(url: str, exchanges: list[str]) -> Iterator[str]:
    from schemahub._plugins import load

    store = load("object_stores", "file").open_url(url, {})
    for exchange in exchanges:
        yield from _seeded(store, exchange)
        yield from _checkpointed(store, exchange)


def _seeded(store: ObjectStore, exchange: str) -> Iterator[str]:
    from schemahub._seed import collected, read_seed

    yield from collected(read_seed(store, exchange) or ())


def _checkpointed(store: ObjectStore, exchange: str) -> Iterator[str]:
    from schemahub._plugins import load

    for stream in load("checkpoint_stores", "objects")(store).streams(exchange):
        yield stream.product
