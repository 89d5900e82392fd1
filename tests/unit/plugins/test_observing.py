from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from schemahub._plugins.observing import observers
from schemahub.events import Event, RunFinished, silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Install = Callable[..., Path]

EVENT = RunFinished(command="ingest", exchange="x", failed=0, seconds=1.0)


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
