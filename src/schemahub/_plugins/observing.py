"""Send each event to every observer; one that fails is left out from then on."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from schemahub._plugins.catalogue import find, installed
from schemahub._plugins.isolation import broken, isolated
from schemahub._plugins.loading import registered
from schemahub.errors import PluginError
from schemahub.events import silent
from schemahub.observer import ConfiguredObserver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pluggy import HookCaller
    from pydantic import BaseModel

    from schemahub._plugins.catalogue import PluginInfo
    from schemahub.events import Emit, Event, Observer

_log = logging.getLogger("schemahub")


OptionsOf = Callable[[str, "type[BaseModel] | None"], "Mapping[str, object]"]
"""Returns what is set for the observer of this name, checked against its model; `ConfigError` otherwise."""


def observers(*given: Observer, named: Iterable[str] = (), options: OptionsOf | None = None) -> Emit:
    """Build the one function that tells `given` and every installed observer plugin of an event.

    It never raises: an observer that does is reported on the log once and hears nothing more. A plugin
    that cannot be used is reported and left out. But `options` that are wrong, or are set for one that is
    not installed (`named`), are a `ConfigError`.
    """
    for name in named:
        find("observers", name)
    plugins = _plugins(options or _none_set)
    listeners = [*((repr(observer), observer.schemahub_event) for observer in given), *plugins]
    return _Broadcast(listeners) if listeners else silent


def _none_set(name: str, model: type[BaseModel] | None) -> Mapping[str, object]:
    del name, model
    return {}


def _plugins(options: OptionsOf) -> Iterator[tuple[str, Emit]]:
    for info in installed("observers"):
        try:
            listener = _listener(info, options)
        except PluginError as error:
            _log.warning("%s", error)
        else:
            if listener is not None:
                yield str(info), listener


def _listener(info: PluginInfo, options: OptionsOf) -> Emit | None:
    """Return what tells a plugin of an event; None if its options do not switch it on."""
    hooks = registered(info).hook
    if not hooks.schemahub_observer.get_hookimpls():
        options(info.name, None)
        return functools.partial(_tell, hooks.schemahub_event)
    made = isolated(info, hooks.schemahub_observer)
    if not (isinstance(made, type) and issubclass(made, ConfiguredObserver)):
        raise broken(info, "schemahub_observer returned no subclass of ConfiguredObserver", found=repr(made))
    given = options(info.name, made.Options)
    observer = isolated(info, lambda: made.of_options(given))
    return None if observer is None else observer.schemahub_event


def _tell(hook: HookCaller, event: Event) -> None:
    # Through pluggy, which passes only the arguments that an implementation names.
    hook(event=event)


class _Broadcast:
    def __init__(self, listeners: list[tuple[str, Emit]]) -> None:
        self._listeners = tuple(listeners)
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        for listener in self._listeners:
            name, emit = listener
            try:
                emit(event)
            # One of the walls where everything is caught: whoever watches a run must not stop it.
            except Exception as error:  # noqa: BLE001 - see above
                self._leave_out(listener, name, error)

    def _leave_out(self, listener: tuple[str, Emit], name: str, error: Exception) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners = tuple(each for each in self._listeners if each is not listener)
                _log.warning("left out from now on: %s raised %s: %s", name, type(error).__name__, error)
