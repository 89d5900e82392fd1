"""One Iceberg snapshot publishes all products and exchanges of a run, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from crashing import CrashingStore, Died, Steps
from iceberg_world import BATCH, World

import schemahub
from schemahub.events import BatchTransformed, Event, TableCommitted
from schemahub.layout import StreamId

if TYPE_CHECKING:
    from pathlib import Path

    from pyiceberg.table.snapshots import Snapshot as Version

STREAMS = [StreamId("tiny", "A-USD"), StreamId("tiny", "B-USD")]
STREAMS += [StreamId("other", "C-EUR"), StreamId("other", "D-EUR")]
ROUNDS = 3


@pytest.fixture
def world(folder: Path) -> World:
    """A lake with rows of four products on two exchanges, and new raw: at least a unit for each of them."""
    made = World(folder, streams=STREAMS)
    made.put_raw(1)
    made.transform()
    made.put_raw(ROUNDS, 1 + BATCH)
    return made


def versions(world: World, *, of_data: bool) -> list[Version]:
    """Return the snapshots that Iceberg has: all, or those that show other data than the one before."""
    found = world.table()._catalog.load()
    assert found is not None
    changed = ("added-data-files", "deleted-data-files")
    return [
        one
        for one in found.metadata.snapshots
        if not of_data or (one.summary and any(one.summary.additional_properties.get(n) for n in changed))
    ]


def seen(folder: Path) -> list[tuple[str, str, str]]:
    """Return what somebody who opens the lake now sees, by hub and by Iceberg's own reader."""
    hub = schemahub.open(folder, overrides={"table": "iceberg"})
    columns = ["exchange", "symbol", "trade_id"]
    rows = hub.trades(columns=columns).to_arrow().to_pydict()
    by_hub = sorted(zip(*(rows[name] for name in columns), strict=True))
    scanned = hub.lake.table._catalog.load().scan(selected_fields=tuple(columns)).to_arrow().to_pydict()  # type: ignore[attr-defined]  # an Iceberg table
    assert by_hub == sorted(zip(*(scanned[name] for name in columns), strict=True))
    return by_hub


def test_readers_see_none_of_a_run_before_all_of_it(world: World, folder: Path) -> None:
    before, snapshots = seen(folder), versions(world, of_data=True)
    during: list[list[tuple[str, str, str]]] = []
    committed: list[Event] = []

    def look(event: Event) -> None:
        if isinstance(event, BatchTransformed):
            during.append(seen(folder))
        if isinstance(event, TableCommitted):
            committed.append(event)

    result = world.transform(BATCH, emit=look)
    assert during == [before] * (ROUNDS * len(STREAMS))
    assert (result.commits, len(committed)) == (1, 1)
    assert len(versions(world, of_data=True)) == len(snapshots) + 1
    after = seen(folder)
    assert {(exchange, symbol) for exchange, symbol, _ in after} == {
        (stream.exchange.upper(), stream.product) for stream in STREAMS
    }
    assert len(after) == len(before) + result.rows == len(world.raw)
    world.check_in_the_end()


def test_two_snapshots_a_run_however_many_units(world: World) -> None:
    before = len(versions(world, of_data=False))
    world.transform(BATCH)
    assert len(versions(world, of_data=False)) == before + 2, "one pins, one publishes"
    world.put_raw(ROUNDS, 1 + (1 + ROUNDS) * BATCH)
    assert world.transform(BATCH, one_commit=False).commits > 1


@pytest.mark.parametrize("die_at", ["before", "after"])
def test_killed_between_units_the_next_run_publishes_all_in_one(
    world: World, folder: Path, die_at: str
) -> None:
    before, snapshots, stored = seen(folder), versions(world, of_data=True), files(world)
    steps = Steps()
    dying = World(folder, lambda store: CrashingStore(store, steps), streams=STREAMS)
    written = 0

    def die(event: Event) -> None:
        nonlocal written
        written += isinstance(event, BatchTransformed)
        # The files of some units are there, those of others are not.
        if written == 2 * len(STREAMS) and steps.die_at is None:
            steps.die_at = len(steps.done) + (1 if die_at == "before" else 2)

    with pytest.raises(Died, match=f"{die_at} put unified_trades"):
        dying.transform(BATCH, emit=die)
    assert seen(folder) == before
    assert files(world) > stored
    assert versions(world, of_data=True) == snapshots
    result = world.transform(BATCH)
    assert result.commits == 1
    assert len(versions(world, of_data=True)) == len(snapshots) + 1
    assert len(seen(folder)) == len(world.raw)
    world.check_in_the_end()
    assert files(world) == {file.key for file in world.table().snapshot().files}, "a dead run's are adopted"


def test_a_compaction_in_the_middle_is_not_undone_and_ends_nothing(world: World, folder: Path) -> None:
    before, days = seen(folder), []

    def compacting(event: Event) -> None:
        if isinstance(event, BatchTransformed) and not days:
            world.compact(left=True)
            days.extend(day for day, generation in world.check().generations.items() if generation > 1)
            assert seen(folder) == before

    assert world.transform(BATCH, emit=compacting).commits == 1
    state = world.table().snapshot()
    assert days
    assert all(state.generation_of(day) > 1 for day in days)
    world.check_in_the_end()


def files(world: World) -> set[str]:
    return {info.key for info in world.open().store.list("unified_trades/v1/trade_date=")}
