"""R2, R6 and R10 of the table: transforms, compactions, rebuilds and kills at random, and it stays exact."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from stage import Actor, Fate
from table_world import GRACE_SECONDS, OTHER_FILES, TableWorld
from tiny_trades import STREAMS

from schemahub.errors import Conflict, PermanentError, RetryableError
from schemahub.spans import Span

if TYPE_CHECKING:
    from schemahub.layout import StreamId

_MOST_ACTORS = 4
EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "60"))
_FAULTS = (Fate.FAILS, Fate.REPLY_LOST, Fate.KILLED_BEFORE, Fate.KILLED_AFTER)
_STREAM = st.sampled_from(STREAMS)
_ACTOR = st.integers(0, _MOST_ACTORS - 1)
_WHO = ("transform", "transform", "compact", "compact", "compact otherwise", "collect", "rebuild")
_MOST_STEPS = 2_000
_LONG_AGO = -100_000


class TableMachine(RuleBasedStateMachine):
    """The way from raw to a compacted table, at the mercy of hypothesis."""

    world: TableWorld
    remaps: bool

    @initialize(
        length=st.integers(10, 40), fresh=st.integers(0, 20), remaps=st.sampled_from((False, False, True))
    )
    def begin(self, length: int, fresh: int, remaps: bool) -> None:  # noqa: FBT001 - drawn
        """Begin with a table of small files, and some raw that is not in it."""
        self.world = TableWorld()
        self.remaps = remaps
        for stream in STREAMS:
            self.world.put_raw(stream, Span(30, 30 + length // 2), 0)
            self.world.put_raw(stream, Span(30 + length // 2, 30 + length), 1)
        self.world.transform().finish()
        self.world.put_raw(STREAMS[0], Span(25, 25 + fresh), 2)

    @rule(
        stream=_STREAM,
        first=st.integers(1, 90),
        length=st.integers(1, 20),
        created=st.integers(0, 9_999),
        known=st.booleans(),
    )
    def new_raw(self, stream: StreamId, first: int, length: int, created: int, known: bool) -> None:  # noqa: FBT001 - drawn
        """Backfills, overlaps and doubles: whatever range, in whatever order."""
        self.world.put_raw(stream, Span(first, first + length - 1), created, known=known)

    @rule(stream=_STREAM, position=st.integers(1, 110), known=st.booleans())
    def repair(self, stream: StreamId, position: int, known: bool) -> None:  # noqa: FBT001 - drawn
        """One position of an old gap turns up, under a name older than all others."""
        self.world.put_raw(stream, Span(position, position), _LONG_AGO, known=known)

    @precondition(lambda self: len(self.world.actors) < _MOST_ACTORS)
    @rule(who=st.sampled_from(_WHO))
    def start(self, who: str) -> None:
        self._start(who)

    @precondition(lambda self: len(self.world.actors) < _MOST_ACTORS - 1)
    @rule(one=st.sampled_from(_WHO), other=st.sampled_from(_WHO))
    def start_two(self, one: str, other: str) -> None:
        self._start(one)
        self._start(other)

    @precondition(lambda self: self.world.actors)
    @rule(moves=st.lists(st.tuples(_ACTOR, st.integers(1, 30)), min_size=1, max_size=12))
    def interleave(self, moves: list[tuple[int, int]]) -> None:
        """Let one go on for a while, then another, and so on."""
        for which, steps in moves:
            actor = self.world.actors[which % len(self.world.actors)]
            for _ in range(steps):
                actor.move()
        self._sweep()

    @precondition(lambda self: self.world.actors)
    @rule(which=_ACTOR)
    def run_to_the_end(self, which: int) -> None:
        actor = self.world.actors[which % len(self.world.actors)]
        for _ in range(_MOST_STEPS):
            actor.move()
        self._sweep()

    @precondition(lambda self: self.world.actors)
    @rule(which=_ACTOR, steps=st.integers(0, 40), fate=st.sampled_from(_FAULTS))
    def strike(self, which: int, steps: int, fate: Fate) -> None:
        actor = self.world.actors[which % len(self.world.actors)]
        for _ in range(steps):
            actor.move()
        actor.move(fate)
        self._sweep()

    @rule(seconds=st.sampled_from([1.0, GRACE_SECONDS / 3, GRACE_SECONDS + 1]))
    def time_passes(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    @rule(seconds=st.integers(-5_000, 5_000))
    def clock_jumps(self, seconds: int) -> None:
        self.world.jump(seconds)

    @rule(who=st.sampled_from(_WHO), steps=st.none() | st.integers(1, 120))
    def comes_by(self, who: str, steps: int | None) -> None:
        """One more does its work while the others sleep, or dies in the middle of it."""
        actor = self._actor(who)
        for _ in range(_MOST_STEPS if steps is None else steps):
            actor.move()
        actor.kill()
        self._refuse_wrong(actor)

    @rule()
    def cleaned_meanwhile(self) -> None:
        """A collector comes by, and again after the grace, while the others sleep."""
        self.world.collect().finish()
        self.world.clock.advance(GRACE_SECONDS + 1)
        self.world.collect().finish()

    @precondition(lambda self: self.remaps)
    @rule()
    def mapping_changes(self) -> None:
        """Who starts from now on drops what was pinned with the other mapping, and pins anew."""
        self.world.remap()

    @invariant()
    def sound(self) -> None:
        if hasattr(self, "world"):
            assert not self.world.broken, self.world.broken

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        for actor in self.world.actors:
            actor.kill()
        self.sound()
        # One after the other, without faults; a clock that ran ahead has marked files for later.
        self.world.save_checkpoints()
        self.world.transform().finish()
        for _ in range(3):
            self.world.compact(alone=True).finish()
            self.world.clock.advance(1_000_000)
        before = self.world.contents()
        self.world.compact(alone=True).finish()
        assert self.world.contents() == before, "compacting twice is not the same as once"
        self.sound()
        self.world.check_in_the_end()

    def _start(self, who: str) -> None:
        self.world.actors.append(self._actor(who))

    def _actor(self, who: str) -> Actor:
        start = {
            "transform": self.world.transform,
            "compact": self.world.compact,
            "compact otherwise": lambda: self.world.compact(OTHER_FILES),
            "collect": self.world.collect,
            "rebuild": self.world.rebuild,
        }
        return start[who]()

    def _sweep(self) -> None:
        for actor in self.world.actors:
            self._refuse_wrong(actor)
        self.world.actors = [actor for actor in self.world.actors if actor.alive]

    def _refuse_wrong(self, actor: Actor) -> None:
        # Faults may make a run give up; a run that finds data wrong, or trips over itself, may not be.
        if actor.error is not None and not isinstance(
            actor.error, (RetryableError, PermanentError, Conflict)
        ):
            raise actor.error


TestTable = pytest.mark.soak(TableMachine.TestCase)
TestTable.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
