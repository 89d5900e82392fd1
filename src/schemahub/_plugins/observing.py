"""Send each event to every observer; one that fails is left out from then on."""

from __future__ import annotations

import functools
import logging
import threading
from typing import TYPE_CHECKING, Protocol

from schemahub._plugins.catalogue import installed
from schemahub._plugins.loading import registered
from schemahub.errors import PluginError
from schemahub.events import silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pluggy import HookCaller

    from schemahub.events import Emit, Event

_log = logging.getLogger("schemahub")


class Observer(Protocol):
    """What is told of events."""

    def schemahub_event(self, event: Event) -> None:
        """Take note of an event: quickly, and in whatever thread it comes."""
        ...


def observers(*given: Observer) -> Emit:
    """Build the one function that tells `given` and every installed observer plugin of an event.

    It never raises: an observer that does is reported on the log once and hears nothing more. A plugin
    that cannot be loaded is reported and left out.
    """
    listeners = [*((repr(observer), observer.schemahub_event) for observer in given), *_plugins()]
    return _Broadcast(listeners) if listeners else silent


def _plugins() -> Iterator[tuple[str, Emit]]:
    for info in installed("observers"):
        try:
            hook = registered(info).hook.schemahub_event
        except PluginError as error:
            _log.warning("%s", error)
        else:
            yield str(info), functools.partial(_tell, hook)


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
