"""A checkpoint deleted under a live runner, at every pair of moments: R1 to R3 hold all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import world
from counting_store import CountingStore
from tiny_exchange import EPOCH_NS

from schemahub.errors import Conflict, PermanentError

if TYPE_CHECKING:
    from stage import Actor

_STEPS = range(1, 40)


def schedule(sleeps_after: int, other_does: int) -> None:
    """One runner sleeps; the checkpoint is lost; another runner rebuilds it; the first wakes up."""
    stage = world.World(head=58)
    sleeper = stage.ingest(lambda engine: engine.live(EPOCH_NS))
    stage.actors.append(sleeper)
    _moves(sleeper, sleeps_after)
    stage.lose_checkpoint()
    other = stage.ingest(lambda engine: engine.live(EPOCH_NS))
    _moves(other, other_does)
    for actor in (sleeper, other):
        while actor.alive:
            stage.check_always()
            actor.move()
        assert actor.error is None or isinstance(actor.error, (Conflict, PermanentError)), actor.error
    stage.ingest(lambda engine: engine.fill_gaps()).finish()
    stage.check_raw()
    stage.check_nothing_lost()


def test_nothing_is_lost() -> None:
    for sleeps_after in _STEPS:
        for other_does in _STEPS[::3]:
            schedule(sleeps_after, other_does)


def test_versions_that_count_saves_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    # The two runners' checkpoints then bear equal numbers, and the sleeper overwrites the other's.
    monkeypatch.setattr(world, "MemoryStore", CountingStore)
    with pytest.raises(AssertionError, match=r"R3 the watermark moved back"):
        test_nothing_is_lost()


def _moves(actor: Actor, steps: int) -> None:
    for _ in range(steps):
        actor.move()
