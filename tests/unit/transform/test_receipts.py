"""Receipts of units lie in the lake until they are committed: a dead run's work is not done again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import pytest
from tests.unit.transform.conftest import Counting

from schemahub._transform.run import transform
from schemahub.builtin.memory_store import MemoryStore
from schemahub.events import BatchTransformed, WorkFound
from schemahub.layout import unit_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.transform.conftest import Lake

    from schemahub._transform.result import TransformResult
    from schemahub.events import Event

UNITS = "unified_trades/v1/units/"
ROWS = [("BTC-USD", number) for number in range(1, 61) if number != 7]


def interrupted(lake: Lake, after: int = 4) -> list[str]:
    """Let a run over six units die once so many are done; return the keys of all raw objects."""
    keys = [lake.put(first, first + 9, bad=[7]) for first in range(1, 61, 10)]

    def die(event: Event) -> None:
        if isinstance(event, BatchTransformed) and len(receipts(lake)) == after:
            raise lake.killed

    with pytest.raises(lake.killed):
        transform(replace(lake.job(rows=10), emit=die))
    return keys


def gone_on(lake: Lake, emit: Callable[[Event], object] | None = None) -> tuple[TransformResult, int]:
    """Go on with it; return what came of it, and how many objects were transformed for that."""
    counting = Counting()
    job = replace(lake.job(rows=10), transformer_for=lambda _: counting)
    result = transform(replace(job, emit=emit) if emit else job)
    assert lake.rows() == ROWS
    assert lake.quarantined() == 1
    assert len(lake.quarantine()) == 1
    assert (result.commits, result.objects, result.rows, result.quarantined) == (1, 6, 59, 1)
    return result, counting.done.total()


def receipts(lake: Lake) -> list[str]:
    return [info.key for info in lake.store.list(UNITS)]


@pytest.fixture
def lake(new_lake: type[Lake]) -> Lake:
    return type("Whole", (new_lake,), {"one_commit": True})()


def test_what_a_dead_run_has_done_is_not_done_again(lake: Lake) -> None:
    interrupted(lake, after=4)
    assert lake.rows() == []
    _, done = gone_on(lake)
    assert done == 2
    assert receipts(lake) == []


def test_observers_are_told_of_what_is_taken_over(lake: Lake) -> None:
    keys, events = interrupted(lake), []
    gone_on(lake, events.append)
    assert [event for event in events if isinstance(event, WorkFound)] == [
        WorkFound(command="transform", left=60)
    ]
    assert sorted(event.source for event in events if isinstance(event, BatchTransformed)) == sorted(keys)


def test_several_workers_take_it_over_as_well(lake: Lake, new_lake: type[Lake]) -> None:
    interrupted(lake)
    other = type("Shared", (new_lake,), {"one_commit": True, "hands": 2})(store=lake.store)
    assert gone_on(other)[1] == 2
    assert receipts(lake) == []


@pytest.mark.parametrize("content", [b"", b"[]", b'{"schema": 1}'])
def test_a_receipt_that_cannot_be_read_costs_its_work_again(lake: Lake, content: bytes) -> None:
    interrupted(lake)
    key = receipts(lake)[1]
    lake.store.put_if(key, content, lake.store.get(key).version)
    assert gone_on(lake)[1] == 3


def test_a_receipt_of_a_newer_version_is_not_understood(lake: Lake) -> None:
    interrupted(lake)
    key = receipts(lake)[1]
    stored = lake.store.get(key)
    lake.store.put_if(key, stored.data.replace(b'"schema": 1', b'"schema": 2'), stored.version)
    assert gone_on(lake)[1] == 3


def test_a_file_that_somebody_deleted_is_written_again(lake: Lake) -> None:
    interrupted(lake)
    lost = json.loads(lake.store.get(receipts(lake)[0]).data)["files"][0][0]
    lake.store.delete(lost)
    assert gone_on(lake)[1] == 3


def test_a_day_that_has_another_folder_by_now_is_written_again(lake: Lake) -> None:
    interrupted(lake)
    base = lake.table.snapshot()
    # Ids 1 to 9 are of its first day.
    lake.table.commit(base, replace(base, generations={"2024-01-01": 2}))
    assert gone_on(lake)[1] == 3


def test_receipts_of_other_pins_are_deleted(lake: Lake) -> None:
    interrupted(lake)
    lake.store.put_new(unit_key(1, "another", "unit"), b"{}")
    gone_on(lake)
    assert receipts(lake) == []


def test_a_unit_that_lacks_an_object_is_done_again(lake: Lake) -> None:
    mended = lake.store.get(lake.put(61, 70, "ETH-USD")).data
    key = lake.put(61, 70, lines=[b"{}"], created_us=1)
    interrupted(lake, after=2)
    lake.store.put_if(key, mended, lake.store.get(key).version)
    assert transform(lake.job(rows=10)).commits == 1
    assert [number for symbol, number in lake.rows() if symbol == "BTC-USD"] == [
        number for number in range(1, 71) if number != 7
    ]
    assert receipts(lake) == []


@pytest.mark.parametrize("hands", [0, 3])
def test_as_many_units_as_are_done_at_once_have_none(new_lake: type[Lake], hands: int) -> None:
    stored: list[str] = []

    class Recording(MemoryStore):
        def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
            stored.append(key)
            return super().put_new(key, data)

    lake = type("Shared", (new_lake,), {"hands": hands})(store=Recording())
    for first in range(1, 61, 10):
        lake.put(first, first + 9)
    transform(lake.job(rows=10))
    assert not [key for key in stored if key.startswith(UNITS)]
