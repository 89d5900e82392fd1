"""A process dies at any step, and others go on: exact, and nothing half-visible at any moment (R2)."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import pytest
from crashing import CrashingStore, Died, Steps
from iceberg_world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY_SECONDS = 86_400.0
STRIDE = int(os.environ.get("SOAK_STRIDE", "17"))
"""Every how many steps somebody dies; `nox -s iceberg` takes every one."""


def story(world: World, *, one_commit: bool) -> None:
    """Do what a lake's day is made of; all of it can be done again."""
    world.transform(one_commit=one_commit)
    world.compact()
    world.later(3 * DAY_SECONDS)
    world.compact()


def crashing_world(folder: Path, steps: Steps) -> World:
    world = World(folder, lambda store: CrashingStore(store, steps), history="1d")
    world.put_raw(2)
    return world


def steps_of(folder: Path, tell: Callable[[World], None], steps: Steps) -> World:
    world = crashing_world(folder, steps)
    try:
        tell(world)
    except Died:
        world.check()
    return world


@pytest.mark.soak
@pytest.mark.parametrize("one_commit", [True, False])
def test_a_crash_at_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, one_commit: bool) -> None:
    tell, count = partial(story, one_commit=one_commit), Steps()
    with monkeypatch.context() as patched:
        count.watch(patched)
        steps_of(tmp_path / "whole", tell, count).check_in_the_end()
    assert sum("after commit_table" in what for what in count.done) > 5
    for die_at in range(1, len(count.done) + 1, STRIDE):
        steps = Steps(die_at)
        with monkeypatch.context() as patched:
            steps.watch(patched)
            world = steps_of(tmp_path / str(die_at), tell, steps)
        assert len(steps.done) >= die_at
        steps.die_at = None
        tell(world)
        world.check_in_the_end()
        lying = {info.key for info in world.open().store.list("unified_trades/v1/trade_date=")}
        assert lying == {file.key for file in world.table().snapshot().files}, steps.done[die_at - 1]
