"""Where a lake is, as Iceberg spells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore

FOLDER = "unified_trades"
"""The folder of the lake that is the Iceberg table's location."""
METADATA = f"{FOLDER}/metadata/"
STATES = f"{FOLDER}/states/"
SQLITE = f"{FOLDER}/catalog.db"
_REMOTE = ("s3", "gs", "abfs", "abfss", "hdfs")


def root_of(store: ObjectStore, lake: str) -> str:
    """Return the lake's URL without a slash at the end; `ConfigError` where no other engine could read it."""
    local = store.local_path(FOLDER)
    if local is not None:
        return f"file://{local.parent}"
    if lake.partition("://")[0] not in _REMOTE:
        msg = "an Iceberg table names its files by URL, and this lake has none that others read"
        raise ConfigError(msg, where=lake, expected=f"a path, or a URL of {', '.join(_REMOTE)}")
    return lake.rstrip("/")
