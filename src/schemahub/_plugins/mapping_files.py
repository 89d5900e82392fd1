"""Mapping files: shipped inside any distribution's package, or overridden by a path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from schemahub._plugins.catalogue import find
from schemahub._plugins.isolation import isolated
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from schemahub._plugins.catalogue import PluginInfo


def mapping_text(exchange: str, override: str | Path | None = None) -> tuple[str, str]:
    """Return a mapping's text and where it came from, for messages.

    `override` is a file's path. Otherwise the file `{exchange}.trades.yaml` is read from the package
    that the entry point `{exchange}` of the group `schemahub.mappings` names.
    """
    if override is None:
        return packaged(find("mappings", exchange))
    try:
        return Path(override).read_text(encoding="utf-8"), str(override)
    except (OSError, UnicodeDecodeError) as error:
        msg = f"the mapping of {exchange!r} cannot be read"
        raise ConfigError(
            msg, where=str(override), found=getattr(error, "strerror", None) or str(error)
        ) from error


def packaged(info: PluginInfo) -> tuple[str, str]:
    """Read the mapping that a distribution ships."""
    from importlib.resources import files

    name = f"{info.name}.trades.yaml"
    file = isolated(info, lambda: files(info.module)).joinpath(name)
    text = isolated(info, lambda: file.read_text(encoding="utf-8"))
    return text, f"{info.distribution} {info.version}: {name}"
