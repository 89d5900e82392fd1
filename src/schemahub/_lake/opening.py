"""Open a lake: find the plugins that the settings name, and put them on one object store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schemahub._config import plugin_options
from schemahub._lake.data_files import write_file
from schemahub._plugins import load
from schemahub.table import TableHome

if TYPE_CHECKING:
    from schemahub._config import Settings
    from schemahub.checkpoint import CheckpointStore
    from schemahub.lock import LockProvider
    from schemahub.object_store import ObjectStore
    from schemahub.raw_sink import RawSink
    from schemahub.table import Table

_NO_LOCKS = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lake:
    """One lake's parts; `locks` is None where leases are switched off."""

    url: str
    store: ObjectStore
    raw: RawSink
    checkpoints: CheckpointStore
    locks: LockProvider | None
    table: Table


def open_lake(url: str, settings: Settings) -> Lake:
    """Open the lake at a URL or path; nothing is created before the first write."""
    scheme, _, _ = url.partition("://") if "://" in url else ("file", "", "")
    place = _absolute(url, scheme)
    stores = load("object_stores", scheme)
    store = stores.open_url(place, plugin_options(settings, "object_stores", scheme, stores.Options))
    return Lake(
        url=url,
        store=store,
        raw=load("raw_sinks", settings.raw_sink)(store),
        checkpoints=load("checkpoint_stores", settings.checkpoint_store)(store),
        locks=_locks(place, store, settings),
        table=_table(place, store, settings),
    )


def _table(url: str, store: ObjectStore, settings: Settings) -> Table:
    name = settings.table
    made = load("tables", name)
    options = plugin_options(settings, "tables", name, made.Options)
    return made(store, settings.files, TableHome(lake=url, write_file=write_file, options=options))


def _locks(url: str, store: ObjectStore, settings: Settings) -> LockProvider | None:
    name = settings.locks.provider
    if name == _NO_LOCKS:
        return None
    provider = load("lock_providers", name)
    return provider.of_lake(url, store, plugin_options(settings, "lock_providers", name, provider.Options))


def _absolute(url: str, scheme: str) -> str:
    # A relative path means the folder that the user stands in now, also after a chdir.
    return str(Path(url).expanduser().absolute()) if scheme == "file" and "://" not in url else url
