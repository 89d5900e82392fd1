"""Load one plugin by name, isolated from all others."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any, Literal, overload

from schemahub._plugins.catalogue import find
from schemahub._plugins.isolation import broken, isolated
from schemahub._plugins.kinds import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    import click
    import pluggy

    from schemahub._plugins.catalogue import PluginInfo
    from schemahub.catalog import Catalog
    from schemahub.checkpoint import CheckpointStore
    from schemahub.checkup import Checkup, Finding
    from schemahub.connector import Connector
    from schemahub.executor import Executor
    from schemahub.lock import LockProvider
    from schemahub.object_store import ObjectStore
    from schemahub.query_engine import QueryEngine
    from schemahub.raw_sink import RawSink
    from schemahub.table import Table
    from schemahub.transformer import Transformer


@overload
def load(kind: Literal["connectors"], name: str) -> type[Connector]: ...
@overload
def load(kind: Literal["object_stores"], name: str) -> type[ObjectStore]: ...
@overload
def load(kind: Literal["raw_sinks"], name: str) -> type[RawSink]: ...
@overload
def load(kind: Literal["checkpoint_stores"], name: str) -> type[CheckpointStore]: ...
@overload
def load(kind: Literal["lock_providers"], name: str) -> type[LockProvider]: ...
@overload
def load(kind: Literal["transformers"], name: str) -> type[Transformer]: ...
@overload
def load(kind: Literal["tables"], name: str) -> type[Table]: ...
@overload
def load(kind: Literal["catalogs"], name: str) -> type[Catalog]: ...
@overload
def load(kind: Literal["query_engines"], name: str) -> type[QueryEngine]: ...
@overload
def load(kind: Literal["executors"], name: str) -> type[Executor]: ...
@overload
def load(kind: Literal["simulators"], name: str) -> type: ...
@overload
def load(kind: Literal["commands"], name: str) -> click.Command: ...
def load(kind: str, name: str) -> Any:
    """Import the plugin of this kind and name, and return what its hook hands over.

    Only its module is imported. Whatever goes wrong is a `PluginError` that names the distribution and
    the reason; with `SCHEMAHUB_PLUGINS_STRICT=1` in the environment the original error is raised, with
    its traceback, for the plugin's author.
    """
    return load_info(find(kind, name))


def load_variable(name: str, value: str) -> Mapping[str, str]:
    """Return the settings that a plugin's own variable stands for, by dotted name."""
    info = find("variables", name)
    hook = registered(info).hook.schemahub_variable
    given = isolated(info, lambda: hook(name=name, value=value))
    if not isinstance(given, dict):
        raise broken(info, "schemahub_variable returned no settings", found=repr(given))
    return given


def checkup_of(info: PluginInfo, asked: Checkup) -> tuple[Finding, ...]:
    """Return what a plugin's `schemahub_checkup` finds."""
    from schemahub.checkup import Finding

    hook = registered(info).hook.schemahub_checkup
    found = isolated(info, lambda: tuple(hook(asked=asked) or ()))
    if not all(isinstance(each, Finding) for each in found):
        raise broken(info, "schemahub_checkup returned something other than findings", found=repr(found))
    return found


def load_info(info: PluginInfo) -> Any:  # noqa: ANN401 - a class, or a command
    """Load the plugin behind an entry of the catalogue."""
    kind = KINDS[info.kind]
    manager = registered(info)
    hooks = [getattr(manager.hook, hook) for hook in (kind.hook, kind.other_hook) if hook]
    if not any(hook.get_hookimpls() for hook in hooks):
        msg = f"its module implements no hook {kind.hook!r}"
        raise broken(info, msg, hint="Decorate the function with @schemahub.hookimpl.")
    if kind.base is None:
        return None
    made = isolated(info, getattr(manager.hook, kind.hook or ""))
    _check_made(info, kind, made)
    return made


def registered(info: PluginInfo) -> pluggy.PluginManager:
    """Import a plugin's module and register it, alone, in a fresh plugin manager."""
    import pluggy

    from schemahub import hookspecs

    module = isolated(info, lambda: importlib.import_module(info.module))
    _check_level(info, module, hookspecs.API_LEVEL)
    manager = pluggy.PluginManager("schemahub")
    manager.add_hookspecs(hookspecs)
    isolated(info, lambda: manager.register(module, info.name))
    return manager


def _check_level(info: PluginInfo, module: ModuleType, level: int) -> None:
    theirs = getattr(module, "API_LEVEL", level)
    if theirs != level:
        older = "schemahub" if isinstance(theirs, int) and theirs > level else info.distribution
        msg = f"it was made for API level {theirs}, this schemahub has level {level}"
        raise broken(info, msg, hint=f"Upgrade {older}.")


def _check_made(info: PluginInfo, kind: Kind, made: object) -> None:
    module, _, attribute = (kind.base or "").partition(":")
    base = getattr(importlib.import_module(module), attribute)
    if kind.instance:
        if not isinstance(made, base):
            raise broken(info, f"{kind.hook} returned no {attribute}", found=repr(made))
        return
    if not (isinstance(made, type) and issubclass(made, base)):
        raise broken(info, f"{kind.hook} returned no subclass of {attribute}", found=repr(made))
    if inspect.isabstract(made):
        missing = ", ".join(sorted(getattr(made, "__abstractmethods__", ())))
        raise broken(info, f"{made.__name__} lacks methods of {attribute}: {missing}")
