"""What a transform lists: what is new, however much is old; all of it where the checkpoint cannot tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._transform.backlog import Backlog, new_objects
from schemahub._transform.run import preview, transform
from schemahub._transform.tally import Tally
from schemahub.builtin.memory_store import MemoryStore
from schemahub.checkpoint import Checkpoint, Plan, PlanKind
from schemahub.layout import RawName, StreamId
from schemahub.spans import Span, span_set
from schemahub.table import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.transform.conftest import Lake

    from schemahub._transform.job import TransformJob
    from schemahub.object_store import ObjectInfo

BTC = StreamId("coinbase", "BTC-USD")
LATER_US = 1_800_000_000_000_000


class Listed(MemoryStore):
    """Counts the raw names that listings give out."""

    raw = 0

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        for info in super().list(prefix, start_after):
            # Finding the streams looks at one name each.
            self.raw += prefix == BTC.raw_prefix
            yield info


def job(lake: Lake) -> TransformJob:
    return replace(lake.job(rows=100), checkpoints=CheckpointObjects(lake.store))


def say_covered(lake: Lake, *spans: Span, plan: Plan | None = None) -> None:
    checkpoints = CheckpointObjects(lake.store)
    stored = checkpoints.load(BTC)
    said = Checkpoint(stream=BTC, covered=span_set(*spans), plan=plan)
    checkpoints.save(said, stored.version if stored else None)


@pytest.fixture
def old(new_lake: type[Lake]) -> Lake:
    """Return a lake of which a thousand raw objects are in the table."""
    lake = new_lake(store=Listed())
    for first in range(1, 1_001):
        lake.put(first, first, created_us=1_000_000 + first)
    say_covered(lake, Span(1, 1_000))
    transform(job(lake))
    lake.store.raw = 0
    return lake


def test_what_is_new_comes_as_its_keys_sort_within_a_time(new_lake: type[Lake]) -> None:
    lake = new_lake()
    # A hyphen sorts before the slash that ends the shorter folder.
    streams = [StreamId("coinbase", product) for product in ("BTC-USDC", "BTC", "BTC-USD")]
    for number, stream in enumerate(streams * 3):
        name = RawName(
            created_us=LATER_US + number // 6,
            uuid=str(UUID(int=(7 * number) % 5)),
            first=9 + number,
            last=9 + number,
            count=1,
        )
        lake.store.put_new(f"{stream.raw_prefix}{name}", b"")
    found = new_objects(lake.job(), Snapshot(), Tally())
    assert len(found) == 9
    assert found == sorted(found, key=lambda stored: (stored.name.created_us, stored.key))


def test_only_what_is_new_is_listed(old: Lake) -> None:
    old.put(1_001, 1_010, created_us=LATER_US)
    say_covered(old, Span(1, 1_010))
    assert transform(job(old)).rows == 10
    assert old.store.raw < 10


def test_a_repair_that_sorts_before_all_others_is_found_by_the_checkpoint(old: Lake) -> None:
    old.put(2_000, 2_000, created_us=5)
    say_covered(old, Span(1, 1_000), Span(2_000, 2_000))
    assert transform(job(old)).rows == 1


def test_without_a_checkpoint_all_is_listed(old: Lake) -> None:
    old.put(2_000, 2_000, created_us=5)
    old.store.delete(BTC.checkpoint_key)
    assert transform(job(old)).rows == 1


def test_a_damaged_checkpoint_is_no_hindrance(old: Lake) -> None:
    old.put(2_000, 2_000, created_us=5)
    old.store.delete(BTC.checkpoint_key)
    old.store.put_new(BTC.checkpoint_key, b"{")
    assert transform(job(old)).rows == 1


def test_raw_that_the_checkpoint_has_not_heard_of_is_found_if_it_is_newer(old: Lake) -> None:
    old.put(1_001, 1_010, created_us=LATER_US)
    assert transform(job(old)).rows == 10


def test_the_plan_in_hand_is_listed_though_the_clock_was_set_back(old: Lake) -> None:
    old.put(1_001, 1_010, created_us=900_000)
    plan = Plan(
        id="6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        kind=PlanKind.LIVE,
        span=Span(1_001, 2_000),
        created_us=900_000,
        batch_size=10,
        codec="zst",
    )
    say_covered(old, Span(1, 1_000), plan=plan)
    assert transform(job(old)).rows == 10


def test_many_commits_list_what_they_read_once(new_lake: type[Lake]) -> None:
    lake = new_lake(store=Listed())
    for first in range(1, 301):
        lake.put(first, first, created_us=first)
    assert transform(replace(lake.job(rows=3), checkpoints=None)).commits == 100
    assert lake.store.raw == 300


def test_a_commit_that_fails_on_the_way_is_made_up_for_from_what_was_found(new_lake: type[Lake]) -> None:
    for at in range(12, 24):
        lake = new_lake(store=Listed())
        for first in range(1, 31):
            lake.put(first, first, created_us=first)
        unlucky = lake.job(lake.faulty(at, "refused"), rows=3)
        assert transform(replace(unlucky, checkpoints=None)).commits == 10
        assert lake.store.raw == 30


def test_what_comes_while_a_run_goes_on_is_left_to_the_next(lake: Lake) -> None:
    lake.put(1, 10)
    late = lake.faulty(12, "raced", lambda: lake.put(11, 20))
    assert transform(lake.job(late)).rows == 10
    assert transform(lake.job()).rows == 10


def test_what_a_version_lacks_that_was_published_meanwhile_is_found(lake: Lake) -> None:
    key = lake.put(1, 10)
    base = lake.table.snapshot()
    backlog = Backlog(lake.job(), Tally())
    assert backlog.first_part(base, 100) == (key,)
    done = replace(base, covered={BTC: span_set(Span(1, 10))})
    assert backlog.first_part(done, 100) == ()
    assert backlog.first_part(replace(base, version=2), 100) == (key,)


def test_a_preview_lists_no_more_than_a_run(old: Lake) -> None:
    old.put(1_001, 1_010, created_us=LATER_US)
    say_covered(old, Span(1, 1_010))
    assert preview(job(old)).rows == 10
    assert old.store.raw < 10
