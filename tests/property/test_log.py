"""R1 to R4 under random schedules of unlocked runners, faults, kills, holes, backfills and lost replies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from stage import Fate
from tiny_exchange import EPOCH_NS, SECOND_NS
from world import World

from schemahub.errors import PermanentError, RetryableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._ingest.product import ProductIngest

_MOST_ACTORS = 3
EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "100"))
_FAULTS = (Fate.FAILS, Fate.REPLY_LOST, Fate.KILLED_BEFORE, Fate.KILLED_AFTER)


def _at(position: int) -> int:
    return EPOCH_NS + position * SECOND_NS


class LogMachine(RuleBasedStateMachine):
    """The whole way of a trade, at the mercy of hypothesis."""

    world: World

    @initialize(head=st.integers(5, 45))
    def begin(self, head: int) -> None:
        self.world = World(head)

    @precondition(lambda self: len(self.world.actors) < _MOST_ACTORS)
    @rule(since=st.integers(0, 60))
    def start_live(self, since: int) -> None:
        self._start(lambda engine: engine.live(_at(since)))

    @precondition(lambda self: len(self.world.actors) < _MOST_ACTORS)
    @rule(start=st.integers(0, 50), length=st.integers(1, 40))
    def start_backfill(self, start: int, length: int) -> None:
        self._start(lambda engine: engine.backfill(_at(start), _at(start + length)))

    @precondition(lambda self: len(self.world.actors) < _MOST_ACTORS)
    @rule()
    def start_filling(self) -> None:
        self._start(lambda engine: engine.fill_gaps())

    @precondition(lambda self: len(self.world.actors) < _MOST_ACTORS)
    @rule()
    def start_recheck(self) -> None:
        self._start(lambda engine: engine.recheck())

    @precondition(lambda self: len(self.world.actors) < _MOST_ACTORS)
    @rule()
    def start_transform(self) -> None:
        self.world.actors.append(self.world.transform())

    @precondition(lambda self: self.world.actors)
    @rule(which=st.integers(0, _MOST_ACTORS), steps=st.integers(1, 40))
    def go_on(self, which: int, steps: int) -> None:
        actor = self.world.actors[which % len(self.world.actors)]
        for _ in range(steps):
            actor.move()
        self._sweep()

    @precondition(lambda self: self.world.actors)
    @rule(which=st.integers(0, _MOST_ACTORS), fate=st.sampled_from(_FAULTS))
    def strike(self, which: int, fate: Fate) -> None:
        self.world.actors[which % len(self.world.actors)].move(fate)
        self._sweep()

    @precondition(lambda self: self.world.actors)
    @rule(which=st.integers(0, _MOST_ACTORS))
    def kill(self, which: int) -> None:
        self.world.actors[which % len(self.world.actors)].kill()
        self._sweep()

    @rule(trades=st.integers(1, 12))
    def trade(self, trades: int) -> None:
        self.world.exchange.head += trades

    @rule(distance=st.integers(1, 9), length=st.integers(1, 3))
    def hole_ahead(self, distance: int, length: int) -> None:
        first = self.world.exchange.head + distance
        self.world.exchange.missing |= set(range(first, first + length))

    @precondition(lambda self: self.world.exchange.missing)
    @rule(data=st.data())
    def heal(self, data: st.DataObject) -> None:
        healed = data.draw(st.sampled_from(sorted(self.world.exchange.missing)))
        self.world.exchange.missing.discard(healed)
        # Whoever reads before and whoever reads after may cut batches differently: R1 names this race.
        self.world.overlaps_allowed |= bool(self.world.actors)

    @rule(seconds=st.integers(-100_000, 100_000))
    def clock_jumps(self, seconds: int) -> None:
        self.world.clock.jump(seconds)

    @rule()
    def a_minute_passes(self) -> None:
        self.world.clock.advance(61)

    # Under a live runner some checks have to be waived: test_lost_checkpoint.py goes through those moments.
    @precondition(lambda self: not self.world.actors and self.world.checkpoint() is not None)
    @rule()
    def lose_checkpoint(self) -> None:
        self.world.lose_checkpoint()

    @invariant()
    def sound(self) -> None:
        if hasattr(self, "world"):
            self.world.check_always()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        for actor in self.world.actors:
            actor.kill()
        self.world.exchange.head += 1
        for work in (lambda engine: engine.live(0), lambda engine: engine.fill_gaps()):
            self.world.ingest(work).finish()
            self.world.check_always()
        self.world.transform().finish()
        self.world.check_in_the_end()

    def _start(self, work: Callable[[ProductIngest], None]) -> None:
        self.world.actors.append(self.world.ingest(work))

    def _sweep(self) -> None:
        for actor in self.world.actors:
            # Faults may make a run give up; a run that finds data wrong, or trips over itself, may not be.
            if actor.error is not None and not isinstance(actor.error, (RetryableError, PermanentError)):
                raise actor.error
        self.world.actors = [actor for actor in self.world.actors if actor.alive]


TestLog = pytest.mark.soak(LogMachine.TestCase)
TestLog.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
