from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

import pytest

from schemahub._config import load_settings, plugin_options
from schemahub._plugins import installed, problem
from schemahub._plugins.observing import observers
from schemahub.errors import ConfigError, PluginError
from schemahub.events import Event, RunFinished, silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.events import Emit

    Install = Callable[..., Path]

EVENT = RunFinished(command="ingest", exchange="x", failed=0, seconds=1.0)


POINTS = "[schemahub.observers]\nfactory = factory_plugin\n"
FACTORY = """
import schemahub
from pydantic import BaseModel, ConfigDict
from schemahub.observer import ConfiguredObserver
heard = []
class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    level: int = 0
class Listening(ConfiguredObserver):
    Options = Options
    @classmethod
    def of_options(cls, options):
        if options.get("level") == 13:
            raise ValueError("not the user's doing")
        return cls() if options else None
    def schemahub_event(self, event):
        heard.append(event)
@schemahub.hookimpl
def schemahub_observer():
    return Listening
"""


def emitter(**settings: object) -> Emit:
    """Tell the observers of a hub with these settings, by dotted names with underscores."""
    named = {name.replace("__", "."): value for name, value in settings.items()}
    loaded = load_settings(environ={}, arguments=named)
    return observers(named=loaded.observers, options=partial(plugin_options, loaded, "observers"))


class Memory:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def schemahub_event(self, event: Event) -> None:
        self.events.append(event)


class Broken(Memory):
    def schemahub_event(self, event: Event) -> None:
        super().schemahub_event(event)
        msg = "no disk"
        raise OSError(msg)


def test_nobody_listening_costs_nothing() -> None:
    assert observers() is silent


def test_every_observer_hears_every_event() -> None:
    one, two = Memory(), Memory()
    emit = observers(one, two)
    emit(EVENT)
    assert one.events == two.events == [EVENT]


def test_one_that_raises_is_reported_once_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    broken, good = Broken(), Memory()
    emit = observers(broken, good)
    with caplog.at_level(logging.WARNING, logger="schemahub"):
        emit(EVENT)
        emit(EVENT)
    assert len(broken.events) == 1
    assert good.events == [EVENT, EVENT]
    assert [record.message.partition(" raised ")[2] for record in caplog.records] == ["OSError: no disk"]


def test_a_plugin_hears_events_and_a_broken_one_hurts_nobody(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    source = """
import schemahub
heard = []
@schemahub.hookimpl
def schemahub_event(event):
    heard.append(event)
"""
    points = "[schemahub.observers]\nears = ears_plugin\ndeaf = deaf_plugin\n"
    install("fake-dist", points, ears_plugin=source, deaf_plugin="1 / 0")
    emit = observers()
    emit(EVENT)
    import ears_plugin  # type: ignore[import-not-found]  # installed by this test

    assert ears_plugin.heard == [EVENT]
    assert "observer 'deaf' of fake-dist 1.0 cannot be used: ZeroDivisionError" in caplog.text


def test_an_observer_with_options_is_made_when_they_switch_it_on(install: Install) -> None:
    install("fake-dist", POINTS, factory_plugin=FACTORY)
    assert [problem(info) for info in installed("observers") if info.name == "factory"] == [None]
    assert emitter() is silent, "an observer that is not switched on costs nothing"
    emitter(observers__factory__level=3)(EVENT)
    import factory_plugin  # type: ignore[import-not-found]  # installed by this test

    assert factory_plugin.heard == [EVENT]


def test_a_mistake_in_the_options_is_the_users_to_mend(install: Install) -> None:
    source = "import schemahub\n@schemahub.hookimpl\ndef schemahub_event(event): pass\n"
    install("fake-dist", f"{POINTS}plain = plain_plugin\n", factory_plugin=FACTORY, plain_plugin=source)
    with pytest.raises(ConfigError, match=r"argument observers\.factory\.level.*integer.*found 'high'"):
        emitter(observers__factory__level="high")
    with pytest.raises(ConfigError, match="Did you mean 'level'"):
        emitter(observers__factory__levl=1)
    with pytest.raises(PluginError, match=r"unknown observer 'factry'.*Did you mean 'factory'"):
        emitter(observers__factry__level=1)
    with pytest.raises(ConfigError, match=r"unknown setting 'observers\.plain\.level'.*expected none here"):
        emitter(observers__plain__level=1)


def test_an_observer_that_cannot_be_made_is_reported_and_left_out(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    source = "import schemahub\n@schemahub.hookimpl\ndef schemahub_observer(): return int\n"
    install("fake-dist", f"{POINTS}number = number_plugin\n", factory_plugin=FACTORY, number_plugin=source)
    assert emitter(observers__factory__level=13) is silent
    assert "observer 'factory' of fake-dist 1.0 cannot be used: ValueError: not the user's" in caplog.text
    assert "observer 'number' of fake-dist 1.0 cannot be used: schemahub_observer returned" in caplog.text
