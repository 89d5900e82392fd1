"""The tests of the table are only worth their time if they catch known mistakes: each is put back once."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from test_table import TableMachine
from test_table_schedules import at_every_moment, dying_at_every_moment

from schemahub._compact import collect, rewrite, run, switch
from schemahub._lake import parquet_table
from schemahub._lake.parquet_table import ParquetTable
from schemahub._transform import backlog, kept, parts, read, unit
from schemahub.errors import IntegrityError
from schemahub.layout import manifest_key
from schemahub.spans import SpanSet
from schemahub.table import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from schemahub._compact.job import CompactJob
    from schemahub._compact.plan import DayPlan
    from schemahub._transform.job import TransformJob
    from schemahub.layout import DataFileName, StreamId
    from schemahub.raw_sink import RawObject
    from schemahub.table import DataFile, Snapshot

    Mistake = Callable[[pytest.MonkeyPatch], None]

BRIEFLY = settings(
    max_examples=400,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def nothing(*_: object, **__: object) -> None:
    """Do what a forgotten step does."""


def no_grace(patch: pytest.MonkeyPatch) -> None:
    """The collector deletes what it marks."""
    patch.setattr(collect, "_is_due", lambda *_: True)


def claimed_is_dead(patch: pytest.MonkeyPatch) -> None:
    """The collector takes every generation but the current one for dead, also the one being written."""

    def dead(stored: tuple[DataFileName, ...], snapshot: Snapshot) -> tuple[DataFileName, ...]:
        return tuple(name for name in stored if name.generation != snapshot.generation_of(name.trade_date))

    patch.setattr(collect, "dead", dead)


def unlisted_is_dead(patch: pytest.MonkeyPatch) -> None:
    """The collector deletes at once whatever the manifest does not name, also what is about to be named."""

    def dead(stored: tuple[DataFileName, ...], snapshot: Snapshot) -> tuple[DataFileName, ...]:
        known = {file.key for file in snapshot.files}
        return tuple(name for name in stored if str(name) not in known)

    patch.setattr(collect, "dead", dead)
    patch.setattr(parquet_table, "refuse_deleting", nothing)


def abandoned_claims_stay(patch: pytest.MonkeyPatch) -> None:
    """A claim of somebody who was killed keeps its folder for ever."""
    patch.setattr(run, "close_unwanted", nothing)


def over_a_transform(patch: pytest.MonkeyPatch) -> None:
    """A compaction commits its files for the day's, whatever was added meanwhile."""
    patch.setattr(switch, "_refuse_changed", nothing)


def generation_twice(patch: pytest.MonkeyPatch) -> None:
    """Each claim takes the generation after the current one, also if somebody had it before."""

    def claimed(job: CompactJob, day: DayPlan) -> tuple[Snapshot, Claim]:
        snapshot = job.table.snapshot()
        newest = snapshot.generation_of(day.trade_date) + 1
        claim = Claim(generation=newest, inputs=day.inputs, recipe=rewrite.recipe(job))
        after = replace(snapshot, claims={**snapshot.claims, day.trade_date: claim})
        return job.table.commit(snapshot, after), claim

    patch.setattr(switch, "_claim", claimed)


def pin_dropped(patch: pytest.MonkeyPatch) -> None:
    """A compaction forgets what a transform has pinned."""
    after = switch._after

    def forgets(snapshot: Snapshot, day: DayPlan, claim: Claim, made: tuple[DataFile, ...]) -> Snapshot:
        return replace(after(snapshot, day, claim, made), pending=None)

    patch.setattr(switch, "_after", forgets)


def loses_a_row(patch: pytest.MonkeyPatch) -> None:
    """Merging loses a row, which is found before the switch."""
    merged = rewrite.merged

    def loses(*given: object) -> Iterator[pa.Table]:
        yield from (piece.slice(1) for piece in merged(*given))  # type: ignore[arg-type]  # handed on

    patch.setattr(rewrite, "merged", loses)


def loses_a_row_unseen(patch: pytest.MonkeyPatch) -> None:
    """Merging loses a row, and nobody looks before the switch."""
    loses_a_row(patch)
    patch.setattr(rewrite, "check_outputs", nothing)


def kept_wherever_it_lies(patch: pytest.MonkeyPatch) -> None:
    """A transform that lost commits the files it has written, though their day has another folder by now."""
    patch.setattr(kept, "stands", lambda *_: True)


def conflict_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A commit replaces whatever is there now."""
    honest = ParquetTable.commit

    def commits(self: ParquetTable, base: Snapshot, after: Snapshot) -> Snapshot:
        found = ParquetTable(self._store, version=base.version).snapshot()
        assert found.version == base.version, manifest_key(base.version)
        return honest(self, replace(base, token=found.token), after)

    patch.setattr(ParquetTable, "commit", commits)


def names_of_their_own(patch: pytest.MonkeyPatch) -> None:
    """A transform that repeats another's commit writes the same rows under other names."""
    patch.setattr(unit, "digest", lambda *_: uuid.uuid4().hex[:16])


def newest_names_only(patch: pytest.MonkeyPatch) -> None:
    """A transform looks at raw from its newest name on, and never at what came late."""

    def new(job: TransformJob, base: Snapshot, stream: StreamId) -> list[RawObject]:
        newest_us = base.newest_us.get(stream)
        found = job.raw.list(stream) if newest_us is None else job.raw.list(stream, newest_us)
        return [stored for stored in found if backlog._is_new(stored, base)]

    patch.setattr(backlog, "_new", new)


def overlaps_count_twice(patch: pytest.MonkeyPatch) -> None:
    """Rows of positions that another object had already are added again."""
    clipped = parts._clipped
    patch.setattr(parts, "_clipped", lambda mapped, _: clipped(mapped, SpanSet()))


def placed_by_line(patch: pytest.MonkeyPatch) -> None:
    """The lines of sparse ids are taken for the positions from the name's first on."""
    patch.setattr(read, "is_sparse", lambda _: False)


def rejected_at_the_end(patch: pytest.MonkeyPatch) -> None:
    """Lines without a row count for the position that their batch ends with."""
    patch.setattr(
        read, "places_between", lambda stored, _, __, others: np.full(len(others), stored.name.last)
    )


IN_LONG_RUNS = [
    pytest.mark.soak,
    pytest.mark.skipif("SOAK_EXAMPLES" not in os.environ, reason="takes a long search: nox -s soak"),
]


def at_random() -> None:
    run_state_machine_as_test(TableMachine, settings=BRIEFLY)


def while_compacting() -> None:
    at_every_moment("compact", "transform")


def while_compacting_nothing_new() -> None:
    at_every_moment("compact", "collect")


def while_transforming() -> None:
    at_every_moment("transform", "compact")


def with_other_settings() -> None:
    at_every_moment("compact", "compact otherwise")


@pytest.mark.parametrize(
    ("mistake", "caught", "says"),
    [
        (no_grace, at_random, "within its grace"),
        (claimed_is_dead, while_compacting_nothing_new, "not dead, but deleted"),
        (
            unlisted_is_dead,
            at_random,
            "not dead, but deleted|is marked, and is not dead|deleted within its grace",
        ),
        (abandoned_claims_stay, dying_at_every_moment, "are left"),
        (over_a_transform, while_compacting, "rows are not what is covered"),
        (generation_twice, with_other_settings, "a whole folder holds other files|are left"),
        (kept_wherever_it_lies, while_transforming, "a whole folder holds other files"),
        (pin_dropped, while_transforming, "a pin was dropped"),
        (loses_a_row, at_random, "would lose or change rows"),
        (loses_a_row_unseen, at_random, "rows are not what is covered"),
        (conflict_forgotten, at_random, "a commit undid another"),
        (names_of_their_own, at_random, "a whole folder holds other files"),
        (overlaps_count_twice, at_random, "a trade is twice"),
        (placed_by_line, at_random, "rows are not what is covered"),
        (rejected_at_the_end, at_random, "quarantine"),
        (newest_names_only, at_random, "is not covered as raw is"),
    ],
)
def test_it_is_caught(
    mistake: Mistake, caught: Callable[[], None], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistake(monkeypatch)
    with pytest.raises((AssertionError, IntegrityError), match=says):
        caught()
