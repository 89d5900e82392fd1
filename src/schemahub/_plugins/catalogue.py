"""What is installed, read from distributions' metadata: nothing is imported."""

from __future__ import annotations

import difflib
import functools
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from schemahub._plugins.kinds import KINDS, Kind
from schemahub.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """One entry point: what it is called in configuration, who brings it, and its module."""

    kind: str
    name: str
    distribution: str
    version: str
    module: str

    def __str__(self) -> str:
        """Print for people: `connector 'coinbase' of schemahub-coinbase 0.1.0`."""
        return f"{KINDS[self.kind].singular} {self.name!r} of {self.distribution} {self.version}"


def installed(kind: str | None = None) -> tuple[PluginInfo, ...]:
    """Return all plugins (of one kind), by kind and name, importing none of them."""
    order = [name for name in KINDS if kind in {None, name}]
    found = [info for info in _entries(_path_stamp()) if info.kind in order]
    return tuple(sorted(found, key=lambda info: (order.index(info.kind), info.name)))


def find(kind: str, name: str) -> PluginInfo:
    """Return the one plugin of this name; `PluginError` if there is none, or more than one."""
    candidates = installed(kind)
    matches = [info for info in candidates if info.name == name]
    if not matches:
        _refuse_unknown(KINDS[kind], name, [info.name for info in candidates])
    if len(matches) > 1:
        owners = " and ".join(f"{info.distribution} {info.version}" for info in matches)
        msg = f"{len(matches)} distributions bring the {KINDS[kind].singular} {name!r}: {owners}"
        raise PluginError(msg, hint="Uninstall all but one of them.")
    return matches[0]


def _path_stamp() -> tuple[tuple[str, int], ...]:
    # Installing or removing a distribution changes its folder's time: what was read before is stale then.
    folders = filter(Path.is_dir, map(Path, sys.path))
    return tuple((str(folder), folder.stat().st_mtime_ns) for folder in folders)


@functools.lru_cache(maxsize=1)
def _entries(_stamp: tuple[tuple[str, int], ...]) -> tuple[PluginInfo, ...]:
    return tuple(_read_entries())


def _read_entries() -> Iterator[PluginInfo]:
    # importlib.metadata takes 40 ms to import: it is not loaded until somebody asks for a plugin.
    from importlib.metadata import distributions

    kinds = {kind.group: kind.name for kind in KINDS.values()}
    seen: set[str] = set()
    for distribution in distributions():
        # The same distribution further down the path is shadowed, as its modules are.
        identity = (distribution.name or "").lower().replace("_", "-").replace(".", "-")
        if identity in seen:
            continue
        seen.add(identity)
        for point in distribution.entry_points:
            if point.group in kinds:
                yield PluginInfo(
                    kind=kinds[point.group],
                    name=point.name,
                    distribution=distribution.name,
                    version=distribution.version,
                    module=point.value,
                )


def _refuse_unknown(kind: Kind, name: str, known: list[str]) -> NoReturn:
    close = difflib.get_close_matches(name, known, n=1)
    hint = (
        f"Did you mean {close[0]!r}?"
        if close
        else f"Is its plugin installed? pip install schemahub-{name}, or the plugin of its platform"
    )
    msg = f"unknown {kind.singular} {name!r}"
    raise PluginError(msg, expected=f"one of {', '.join(sorted(set(known))) or 'none installed'}", hint=hint)
