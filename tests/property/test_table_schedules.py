"""Every moment at which one may sleep while another works or dies: the table comes out the same.

What the random machine meets once in a thousand runs is met here every time.
"""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import pytest
from stage import Fate
from table_world import GRACE_SECONDS, TableWorld, refuse_wrong
from tiny_trades import STREAMS

from schemahub.spans import Span

if TYPE_CHECKING:
    from stage import Actor

TO_THE_END = 2_000
STRIDE = 1 if "SOAK_EXAMPLES" in os.environ else 3


def world_for(sleeper: str) -> TableWorld:
    """Return a table of a few days where there is something to do for both."""
    world = TableWorld()
    for stream, first, last in ((0, 34, 43), (0, 44, 53), (0, 64, 77), (0, 78, 93), (1, 64, 77)):
        world.put_raw(STREAMS[stream], Span(first, last), first)
    world.transform().finish()
    if sleeper == "collect":
        # In files that are large enough for the one setting, and small for the other.
        world.compact().finish()
        world.clock.advance(GRACE_SECONDS + 1)
    if sleeper == "transform":
        world.put_raw(STREAMS[0], Span(54, 60), 77)
    return world


def schedule(sleeper: str, steps: int, other: str, other_steps: int, fate: Fate = Fate.DONE) -> bool:
    """One sleeps; raw arrives, and another works or dies; a grace later the first wakes up.

    Return whether it was done already when it was to sleep.
    """
    world = world_for(sleeper)
    first = world.actor(sleeper)
    _moves(first, steps)
    done = first.dead
    first.move(fate)
    world.put_raw(STREAMS[0], Span(30, 40), 88)
    second = world.actor(other)
    _moves(second, other_steps)
    second.kill()
    refuse_wrong(second)
    for _ in range(2):
        world.collect().finish()
        world.clock.advance(GRACE_SECONDS + 1)
    _moves(first, TO_THE_END)
    refuse_wrong(first)
    assert not world.broken, world.broken
    world.settle()
    return done


def at_every_moment(sleeper: str, other: str, fate: Fate = Fate.DONE) -> None:
    for steps in itertools.count(0, STRIDE):
        if schedule(sleeper, steps, other, TO_THE_END, fate):
            break
    assert steps > 5  # whoever has nothing to do proves nothing


PAIRS = [
    ("compact", "transform"),
    ("compact", "compact"),
    ("compact", "compact otherwise"),
    ("compact", "collect"),
    ("transform", "compact"),
    ("collect", "compact otherwise"),
    ("rebuild", "compact"),
]


@pytest.mark.parametrize(("sleeper", "other"), PAIRS)
def test_whoever_sleeps_while_another_works(sleeper: str, other: str) -> None:
    at_every_moment(sleeper, other)


@pytest.mark.parametrize("fate", [Fate.FAILS, Fate.REPLY_LOST, Fate.KILLED_AFTER])
@pytest.mark.parametrize("sleeper", ["compact", "collect"])
def test_whatever_fails_before(sleeper: str, fate: Fate) -> None:
    at_every_moment(sleeper, "transform", fate)


def dying_at_every_moment() -> None:
    for dies_after in range(5, 60, STRIDE):
        schedule("collect", 6, "compact otherwise", dies_after)


def test_whoever_dies_meanwhile() -> None:
    dying_at_every_moment()


def _moves(actor: Actor, steps: int) -> None:
    for _ in range(steps):
        actor.move()
