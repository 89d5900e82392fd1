"""R2, R6 and R10 of the table: transforms, compactions, rebuilds and kills at random, and it stays exact."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from stage import Fate
from table_world import GRACE_SECONDS, TableWorld, refuse_wrong
from tiny_trades import STREAMS

from schemahub.spans import Span

if TYPE_CHECKING:
    from schemahub.layout import StreamId

_MOST_ACTORS = 4
_LONG_AGO = -100_000
EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "50"))
_FAULTS = (Fate.FAILS, Fate.REPLY_LOST, Fate.KILLED_BEFORE, Fate.KILLED_AFTER)
_STREAM = st.sampled_from(STREAMS)
_SPAN = st.builds(
    lambda first, length: Span(first, first + length - 1),
    st.integers(1, 90),
    st.sampled_from([1, 1, 5, 20, 40]),
)
_CREATED = st.just(_LONG_AGO) | st.integers(0, 9_999)
_ACTOR = st.integers(0, _MOST_ACTORS - 1)
# A handful of steps, a part of a day's compaction, a day or two.
_STEPS = st.integers(0, 9) | st.integers(10, 40) | st.integers(40, 120)
_TO_THE_END = 2_000
_FATE = st.sampled_from([*[Fate.DONE] * 12, *_FAULTS])
_WHO = ("transform", "transform", "compact", "compact", "compact otherwise", "collect", "rebuild")


class TableMachine(RuleBasedStateMachine):
    """The way from raw to a compacted table, at the mercy of hypothesis."""

    world: TableWorld
    remaps: bool

    @initialize(
        length=st.integers(10, 40),
        fresh=st.integers(0, 20),
        remaps=st.sampled_from((False, False, True)),
        one_commit=st.booleans(),
    )
    def begin(self, length: int, fresh: int, remaps: bool, one_commit: bool) -> None:  # noqa: FBT001 - drawn
        """Begin with a table of small files, and some raw that is not in it."""
        self.world = TableWorld(one_commit=one_commit)
        self.remaps = remaps
        for stream in STREAMS:
            self.world.put_raw(stream, Span(30, 30 + length // 2), 0)
            self.world.put_raw(stream, Span(30 + length // 2, 30 + length), 1)
        self.world.transform().finish()
        self.world.put_raw(STREAMS[0], Span(25, 25 + fresh), 2)

    @rule(stream=_STREAM, span=_SPAN, created=_CREATED, known=st.booleans())
    def new_raw(self, stream: StreamId, span: Span, created: int, known: bool) -> None:  # noqa: FBT001 - drawn
        """Backfills, overlaps, doubles, and repairs of old gaps under names older than all others."""
        self.world.put_raw(stream, span, created, known=known)

    @precondition(lambda self: len(self.world.actors) < _MOST_ACTORS)
    @rule(who=st.lists(st.sampled_from(_WHO), min_size=1, max_size=2))
    def start(self, who: list[str]) -> None:
        self.world.actors += map(self.world.actor, who)

    @precondition(lambda self: self.world.actors)
    @rule(moves=st.lists(st.tuples(_ACTOR, _STEPS, _FATE), min_size=1, max_size=12))
    def go_on(self, moves: list[tuple[int, int, Fate]]) -> None:
        """Let one go on for a while, then another, and so on; some meet faults."""
        for which, steps, fate in moves:
            actor = self.world.actors[which % len(self.world.actors)]
            for _ in range(steps):
                actor.move()
            actor.move(fate)
        for actor in self.world.actors:
            refuse_wrong(actor)
        self.world.actors = [actor for actor in self.world.actors if actor.alive]

    @rule(who=st.sampled_from(_WHO), steps=_STEPS | st.just(_TO_THE_END), fresh=st.tuples(_STREAM, _SPAN))
    def comes_by(self, who: str, steps: int, fresh: tuple[StreamId, Span]) -> None:
        """One more does its work while the others sleep, or dies in the middle of it."""
        self.world.put_raw(*fresh, created=5_000)
        actor = self.world.actor(who)
        for _ in range(steps):
            actor.move()
        actor.kill()
        refuse_wrong(actor)

    @rule(
        seconds=st.sampled_from([1.0, GRACE_SECONDS / 3, GRACE_SECONDS + 1]), jump=st.integers(-5_000, 5_000)
    )
    def time_passes(self, seconds: float, jump: int) -> None:
        """Collectors come by before and after; now and then the wall clock jumps."""
        self.world.collect().finish()
        self.world.clock.advance(seconds)
        if jump % 5 == 0:
            self.world.jump(jump)
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
        self.world.settle()
        self.world.prove()


TestTable = pytest.mark.soak(TableMachine.TestCase)
TestTable.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
