"""One sleeps or dies at every moment while another works: readers of the catalog see each day once."""

from __future__ import annotations

import dataclasses
import itertools
import os
from typing import TYPE_CHECKING

import pytest
from catalog_world import LATE_SECONDS, CatalogWorld
from stage import Fate
from table_world import refuse_wrong
from tiny_trades import STREAMS

from schemahub import _registering
from schemahub._compact import collect
from schemahub._compact.job import CompactJob
from schemahub._registering import Registrar
from schemahub.catalog import FRESH_SECONDS, LiveTable, Turn
from schemahub.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from stage import Actor

    from schemahub.table import Snapshot

    Mistake = Callable[[pytest.MonkeyPatch], None]

STRIDE = 1 if "SOAK_EXAMPLES" in os.environ else 3
TO_THE_END = 4_000
WAIT_SECONDS = FRESH_SECONDS + LATE_SECONDS
NAPS = (0.0, FRESH_SECONDS - 1, WAIT_SECONDS)
"""How long somebody sleeps: not at all, so long that it may still write, until all is deleted."""


def world_for(sleeper: str) -> CatalogWorld:
    """Return a table of a few days where there is something to do for everybody."""
    world = CatalogWorld()
    for first, last in ((34, 43), (44, 53), (64, 77), (78, 93)):
        world.put_raw(STREAMS[0], Span(first, last), first)
    world.transform().finish()
    if sleeper == "transform":
        # A new day in several commits: after the first, others have something to add and to compact.
        for first, last in ((128, 139), (140, 151), (152, 159)):
            world.put_raw(STREAMS[0], Span(first, last), first)
    if sleeper == "collect":
        # A catalog that was lost: all days are to be told of.
        world.put_raw(STREAMS[0], Span(94, 99), 77)
        world.places.clear()
    return world


def schedule(sleeper: str, steps: int, other: str, nap: float, fate: Fate = Fate.DONE) -> bool:
    """One sleeps after so many steps, or meets its fate; another works, and what it replaced is deleted.

    Return whether the one was done before it was to sleep.
    """
    world = world_for(sleeper)
    first = world.actor(sleeper)
    _moves(first, steps)
    done = first.dead
    if fate is not Fate.DONE:
        first.move(fate)
    for start, end in ((30, 33), (54, 60)):
        world.put_raw(STREAMS[0], Span(start, end), 88)
    for who in other.split(" and "):
        world.actor(who).finish()
    world.clock.advance(nap)
    if nap < WAIT_SECONDS:
        _moves(first, TO_THE_END)
        world.check_told()
    for _ in range(2):
        world.collect().finish()
        world.clock.advance(WAIT_SECONDS)
    _moves(first, TO_THE_END)
    refuse_wrong(first)
    world.check_told()
    assert not world.broken, world.broken
    world.settle()
    return done


def at_every_moment(sleeper: str, other: str, nap: float = 0.0, fate: Fate = Fate.DONE) -> None:
    for steps in itertools.count(0, STRIDE):
        if schedule(sleeper, steps, other, nap, fate):
            break
    assert steps > 5  # whoever has nothing to do proves nothing


@pytest.mark.parametrize("nap", NAPS)
@pytest.mark.parametrize(
    ("sleeper", "other"),
    [
        ("compact", "compact"),
        ("compact", "transform and compact otherwise"),
        ("transform", "transform and compact"),
        ("collect", "transform and compact"),
    ],
)
def test_whoever_sleeps_while_another_works(sleeper: str, other: str, nap: float) -> None:
    at_every_moment(sleeper, other, nap)


def test_a_rebuild_moves_every_day() -> None:
    at_every_moment("rebuild", "compact")


@pytest.mark.parametrize("fate", [Fate.KILLED_BEFORE, Fate.KILLED_AFTER, Fate.REPLY_LOST])
def test_whoever_dies_between_two_steps(fate: Fate) -> None:
    at_every_moment("compact", "compact", fate=fate)


def stale_states_are_written(patch: pytest.MonkeyPatch) -> None:
    """A state of any age is registered."""
    patch.setattr(Turn, "check", lambda _: None)


def late_writes_are_not_waited_for(patch: pytest.MonkeyPatch) -> None:
    """Files are deleted after the grace, though an older state may still be on its way to the catalog."""
    patch.setattr(CompactJob, "wait_seconds", property(lambda job: job.grace_seconds))


def deleted_before_it_is_told(patch: pytest.MonkeyPatch) -> None:
    """The collector does not ask whether the catalog knows what replaced the files."""
    marking = collect._mark

    def mark(job: CompactJob, done: collect.Collected) -> Snapshot | None:
        return marking(_without_registrar(job), done)

    patch.setattr(collect, "_mark", mark)


def registered_once(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether the table changed while it was registered."""
    once = Registrar._once

    def blind(self: Registrar) -> Snapshot | None:
        return once(self) or self._table.snapshot()

    patch.setattr(Registrar, "_once", blind)


def nobody_registers_at_the_end(patch: pytest.MonkeyPatch) -> None:
    """A run tells of its own commits only, so what somebody died over stays untold."""
    patch.setattr(Registrar, "tell", lambda self: self._table.snapshot())


def days_that_moved_only(patch: pytest.MonkeyPatch) -> None:
    """The state that is told lacks the days of later generations."""
    of = LiveTable.of

    def some(snapshot: Snapshot, lake: str) -> LiveTable:
        table = of(snapshot, lake)
        days = tuple(day for day in table.days if day.folder.generation == 1)
        return LiveTable(lake=lake, version=table.version, days=days)

    patch.setattr(_registering.LiveTable, "of", some)


FAR, NEAR = NAPS[2], NAPS[1]


@pytest.mark.parametrize(
    ("mistake", "sleeper", "other", "nap"),
    [
        (stale_states_are_written, "transform", "transform and compact", FAR),
        (late_writes_are_not_waited_for, "transform", "transform and compact", NEAR),
        (deleted_before_it_is_told, "compact", "compact", FAR),
        (registered_once, "collect", "transform and compact", NEAR),
        (nobody_registers_at_the_end, "compact", "compact", FAR),
        (days_that_moved_only, "compact", "compact", FAR),
    ],
)
def test_a_known_mistake_is_caught(
    mistake: Mistake, sleeper: str, other: str, nap: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistake(monkeypatch)
    with pytest.raises(AssertionError):
        at_every_moment(sleeper, other, nap)


def _without_registrar(job: CompactJob) -> CompactJob:
    return dataclasses.replace(job, registrar=None)


def _moves(actor: Actor, steps: int) -> None:
    for _ in range(steps):
        actor.move()
