"""Try whether an installed plugin can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._plugins.loading import load_info
from schemahub._plugins.mapping_files import packaged
from schemahub.errors import PluginError

if TYPE_CHECKING:
    from schemahub._plugins.catalogue import PluginInfo


def problem(info: PluginInfo) -> str | None:
    """Import a plugin and return why it cannot be used, None if it can."""
    try:
        packaged(info) if info.kind == "mappings" else load_info(info)
    except PluginError as error:
        return str(error)
    return None
