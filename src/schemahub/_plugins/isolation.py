"""The wall between the core and plugins' code."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from schemahub.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._plugins.catalogue import PluginInfo

T = TypeVar("T")


def isolated(info: PluginInfo, call: Callable[[], T]) -> T:
    """Call a plugin's code; whatever it raises becomes a `PluginError` that names its distribution.

    With `SCHEMAHUB_PLUGINS_STRICT=1` in the environment the original is raised, for the plugin's author.
    """
    try:
        return call()
    # One of the walls where everything is caught: a plugin is a stranger's code, and one broken plugin
    # (or one that exits at import) must not take down a command that may not even need it.
    except (Exception, SystemExit) as error:
        if os.environ.get("SCHEMAHUB_PLUGINS_STRICT") == "1":
            raise
        reason = f"{type(error).__name__}: {error}"
        raise broken(info, reason, hint="SCHEMAHUB_PLUGINS_STRICT=1 shows the traceback.") from error


def broken(info: PluginInfo, reason: str, **parts: str) -> PluginError:
    """Build the error of a plugin that is installed and cannot be used."""
    return PluginError(f"{info} cannot be used: {reason}", **parts)
