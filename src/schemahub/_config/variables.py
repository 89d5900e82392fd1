"""Variables that plugins brought names for, such as those that a platform's users know already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._plugins import installed, load_variable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemahub._config.sources import Origins


def add_variables(origins: Origins, environ: Mapping[str, str]) -> None:
    """Add what plugins' own variables stand for; an empty one counts as unset, and loads no plugin."""
    for name in dict.fromkeys(info.name for info in installed("variables")):
        if value := environ.get(name):
            for setting, given in load_variable(name, value).items():
                origins.put(tuple(setting.split(".")), given, name)
