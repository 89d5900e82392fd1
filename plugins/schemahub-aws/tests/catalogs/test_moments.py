"""Glue, at every few moments of a compaction, registration or collection: asleep there, or dead."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import boto3
import pytest
import test_catalog
from glue_world import GlueWorld
from stage import Fate
from test_catalog import NAPS, schedule, stale_states_are_written

if TYPE_CHECKING:
    from partitions import Client

STRIDE = 2 if "SOAK_EXAMPLES" in os.environ else 17


@pytest.fixture(autouse=True)
def worlds(monkeypatch: pytest.MonkeyPatch, glue: Client, unique: str) -> None:
    """Let the schedules of the core run over Glue, each with a database of its own."""
    numbers = itertools.count()
    made = boto3.session.Session(region_name="eu-central-1")
    # A session reads the description of Glue once, and each process here has a client of its own.
    monkeypatch.setattr(boto3.session, "Session", lambda **_: made)
    monkeypatch.setattr(test_catalog, "CatalogWorld", lambda: GlueWorld(glue, f"{unique}{next(numbers)}"))


def at_some_moments(sleeper: str, other: str, nap: float = 0.0, fate: Fate = Fate.DONE) -> None:
    for steps in itertools.count(0, STRIDE):
        if schedule(sleeper, steps, other, nap, fate):
            break
    assert steps > STRIDE


@pytest.mark.parametrize("nap", NAPS[1:])
@pytest.mark.parametrize(
    ("sleeper", "other"), [("compact", "compact"), ("transform", "transform and compact")]
)
def test_whoever_sleeps_while_another_works(sleeper: str, other: str, nap: float) -> None:
    at_some_moments(sleeper, other, nap)


def test_a_rebuild_moves_every_day() -> None:
    at_some_moments("rebuild", "compact")


@pytest.mark.parametrize("fate", [Fate.KILLED_BEFORE, Fate.FAILS])
def test_whoever_dies_between_two_steps(fate: Fate) -> None:
    at_some_moments("compact", "compact", fate=fate)


def while_a_day_is_moved() -> None:
    # Somewhere among these steps a request waits that moves a day to its second generation.
    for steps in range(24, 29):
        schedule("compact", steps, "transform and compact otherwise", NAPS[2])


def test_a_day_is_never_moved_back() -> None:
    while_a_day_is_moved()


def test_a_state_of_any_age_would_be_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    stale_states_are_written(monkeypatch)
    with pytest.raises(AssertionError, match="are seen no more"):
        while_a_day_is_moved()
