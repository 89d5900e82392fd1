"""All that a run finds becomes visible in one commit, or none of it; what is done of it is done once."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.unit.transform.conftest import Counting

from schemahub._lake.parquet_table import ParquetTable
from schemahub._transform import backlog
from schemahub._transform.commit import commit_pending
from schemahub._transform.inputs import pin_digest
from schemahub._transform.rebuild import rebuild
from schemahub._transform.run import transform
from schemahub._transform.tally import Known, Tally
from schemahub._transform.unit import units_of
from schemahub.errors import Conflict, RetriesExhausted, RetryableError
from schemahub.events import BatchTransformed, TableCommitted, WorkFound
from schemahub.layout import DataFileName, StreamId
from schemahub.table import Claim, Pending, Snapshot

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from tests.unit.transform.conftest import Lake, PlainTransformer

    from schemahub._transform.job import TransformJob
    from schemahub.events import Event
    from schemahub.transformer import RawLines, Transformed

ROWS = [(symbol, number) for symbol in ("BTC-USD", "ETH-USD") for number in range(1, 41)]


@pytest.fixture
def whole(new_lake: type[Lake]) -> Lake:
    """A lake of two products, eight raw objects and as many units, whose runs are one commit each."""
    lake = type("Whole", (new_lake,), {"one_commit": True})()
    for first in range(1, 41, 10):
        lake.put(first, first + 9)
        lake.put(first, first + 9, "ETH-USD")
    return lake


def told(lake: Lake, kind: type[Event]) -> list[Event]:
    return [event for event in lake.events if isinstance(event, kind)]


def counted(job: TransformJob) -> tuple[TransformJob, Counter[str]]:
    counting = Counting()
    return replace(job, transformer_for=lambda _: counting), counting.done


class Disturbed(ParquetTable):
    """A table that others commit to just before each of the next commits of new files."""

    rivals: list[Callable[[Snapshot], Snapshot]]

    def commit(self, base: Snapshot, after: Snapshot) -> Snapshot:
        if len(after.files) > len(base.files) and self.rivals:
            super().commit(base, self.rivals.pop(0)(base))
        return super().commit(base, after)


def disturbed(lake: Lake, *rivals: Callable[[Snapshot], Snapshot]) -> TransformJob:
    table = Disturbed(lake.store)
    table.rivals = list(rivals)
    return replace(lake.job(rows=10), table=table)


def claimed(base: Snapshot) -> Snapshot:
    """Do what a compaction of some day does first."""
    return replace(base, claims={**base.claims, "2023-01-01": Claim(generation=2, inputs=(), recipe="r")})


def test_nothing_is_seen_before_all_of_it(whole: Lake) -> None:
    seen = []
    job = replace(whole.job(rows=10), emit=lambda event: seen.append((event, whole.rows())))
    result = transform(job)
    assert (result.commits, result.objects, result.rows) == (1, 8, 80)
    rows = [rows for event, rows in seen if isinstance(event, BatchTransformed)]
    assert rows == [[]] * 8
    assert [rows for event, rows in seen if isinstance(event, TableCommitted)] == [ROWS]


@pytest.mark.parametrize(
    ("preferred", "given", "commits"), [(True, None, 1), (False, None, 8), (True, False, 8), (False, True, 1)]
)
def test_the_settings_decide_or_else_the_table(
    whole: Lake, *, preferred: bool, given: bool | None, commits: int
) -> None:
    table = type("Preferring", (ParquetTable,), {"one_commit": preferred})(whole.store)
    job = whole.job(rows=10)
    settings = job.settings.model_copy(update={"one_commit": given})
    assert transform(replace(job, table=table, settings=settings)).commits == commits


def test_more_objects_than_a_pin_may_name_take_more_commits(
    whole: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MOST_PINNED", 3)
    assert transform(whole.job(rows=10)).commits == 3
    assert whole.rows() == ROWS


def test_a_commit_that_lost_does_no_unit_again(whole: Lake) -> None:
    job, done = counted(disturbed(whole, claimed, claimed, claimed))
    assert transform(job).commits == 1
    assert set(done.values()) == {1}
    assert whole.rows() == ROWS


def test_what_a_compaction_gave_another_folder_is_done_again_and_nothing_else(whole: Lake) -> None:
    day = "2024-01-02"  # of the ids 10 to 19
    job, done = counted(disturbed(whole, lambda base: replace(base, generations={day: 2})))
    transform(job)
    assert sorted(done.values()) == [1] * 4 + [2] * 4
    names = [DataFileName.parse(file.key) for file in whole.table.snapshot().files]
    assert {name.generation for name in names if name.trade_date == day} == {2}
    assert whole.rows() == ROWS


def test_a_store_that_fails_now_and_then_does_not_end_a_long_pin(whole: Lake) -> None:
    job, done = counted(whole.job(rows=10))
    failing = iter([True, False] * 8)
    transformer = job.transformer_for("coinbase")

    def stumbling(exchange: str) -> PlainTransformer:
        del exchange
        return transformer  # type: ignore[return-value]  # the one above

    transform_one = transformer.transform

    def transform_or_fail(batch: RawLines) -> Transformed:
        if next(failing):
            msg = "no connection"
            raise RetryableError(msg)
        return transform_one(batch)

    transformer.transform = transform_or_fail  # type: ignore[method-assign]  # the store's part, at one place
    settings = job.settings.model_copy(update={"tries": 1})
    assert transform(replace(job, transformer_for=stumbling, settings=settings)).commits == 1
    assert set(done.values()) == {1}


def test_a_store_that_only_fails_ends_the_run(whole: Lake) -> None:
    with pytest.raises(RetriesExhausted, match="no connection"):
        transform(whole.job(whole.faulty(how="down"), rows=10))


def test_a_pin_that_is_dropped_takes_its_units_along(whole: Lake) -> None:
    tally, job = Tally(), whole.job(rows=10)
    keys = tuple(info.key for info in whole.store.list("raw_"))
    base = whole.table.snapshot()
    pinned = [Pending(inputs=part, digest=pin_digest(job, base, part)) for part in (keys[:4], keys[4:])]
    # The state has no token, and others have committed.
    whole.table.commit(base, base)
    with pytest.raises(Conflict):
        commit_pending(job, base, pinned[0], tally)
    assert len(tally.kept.units) == 4
    commit_pending(job, whole.table.snapshot(), pinned[1], tally)
    assert whole.rows() == ROWS[40:]


def test_killed_between_units_nothing_is_seen_and_the_next_run_publishes_all(whole: Lake) -> None:
    job = whole.job(rows=10)

    def dying(event: Event) -> None:
        if (
            isinstance(event, BatchTransformed)
            and len(list(whole.store.list("unified_trades/v1/trade_"))) > 4
        ):
            raise whole.killed

    with pytest.raises(whole.killed):
        transform(replace(job, emit=dying))
    assert whole.rows() == []
    pending = whole.table.snapshot().pending
    assert pending is not None
    assert len(pending.inputs) == 8
    whole.put(41, 50)
    assert transform(whole.job(rows=10)).commits == 1 + 1
    first, _ = told(whole, TableCommitted)
    assert isinstance(first, TableCommitted)
    assert first.rows == 80
    stored = {info.key for info in whole.store.list("unified_trades/v1/trade_")}
    assert stored == {file.key for file in whole.table.snapshot().files}, "files of the dead run are adopted"


def test_whoever_finishes_a_dead_runs_pin_says_first_how_much_there_is(whole: Lake) -> None:
    job = whole.job(rows=10)
    keys = tuple(info.key for info in whole.store.list("raw_coinbase_trades/BTC-USD/"))
    base = whole.table.snapshot()
    whole.table.commit(base, replace(base, pending=Pending(inputs=keys, digest=pin_digest(job, base, keys))))
    transform(job)
    kinds = [event for event in whole.events if isinstance(event, WorkFound | BatchTransformed)]
    assert kinds[0] == WorkFound(command="transform", left=80)
    assert len(kinds) == 1 + 8


def test_an_unreadable_object_keeps_nothing_else_from_being_seen(whole: Lake) -> None:
    broken = whole.put(41, 50, lines=[b"{}"])
    result = transform(whole.job(rows=10))
    assert [failure.where for failure in result.failures] == [broken]
    assert result.commits == 1
    assert whole.rows() == ROWS


def test_what_an_unreadable_object_has_in_common_with_others_takes_a_commit_more(whole: Lake) -> None:
    whole.put(41, 50, lines=[b"{}"], created_us=1)
    whole.put(41, 45)
    result = transform(whole.job(rows=10))
    assert (result.commits, len(result.failures)) == (2, 1)
    assert [row for row in whole.rows() if row not in ROWS] == [
        ("BTC-USD", number) for number in range(41, 46)
    ]


def test_a_rebuild_commits_by_rows_for_it_is_published_in_one_step(whole: Lake) -> None:
    transform(whole.job(rows=10))
    assert rebuild(whole.job(rows=10)).commits == 8
    assert whole.rows() == ROWS


def test_memory_does_not_grow_with_the_units(new_lake: type[Lake]) -> None:
    most = {}
    for objects in (4, 40):
        lake = type("Whole", (new_lake,), {"one_commit": True})()
        for number in range(objects):
            lake.put(
                1 + 500 * number, 500 * (number + 1), ids=range(1 + 500 * number, 500 * (number + 1) + 1)
            )
        before, held = pa.total_allocated_bytes(), []
        job = replace(lake.job(rows=500), emit=lambda _, held=held: held.append(pa.total_allocated_bytes()))
        assert transform(job).commits == 1
        most[objects] = max(held) - before
    assert most[40] < 1.5 * most[4], most


def test_a_unit_that_is_sent_brings_what_is_known_of_its_own_inputs(whole: Lake) -> None:
    keys = tuple(info.key for info in whole.store.list("raw_"))
    known = Known(told=set(keys), failures={keys[0]: "broken", "coinbase/ETH-USD": "no mapping"})
    units = list(units_of(Snapshot(), Pending(inputs=keys, digest="d"), 10, known))
    first, *_, last = [pickle.loads(pickle.dumps(unit)) for unit in units]  # noqa: S301 - our own
    assert first.known == Known(told={keys[0]}, failures={keys[0]: "broken"})
    assert last.known == Known(told={keys[-1]}, failures={"coinbase/ETH-USD": "no mapping"})
    assert list(last.base.covered) == [StreamId("coinbase", "ETH-USD")]
    assert last.keys == (keys[-1],)
