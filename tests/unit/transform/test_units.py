"""A commit of several units: pinned together, cut by rows, visible together, exact where inputs overlap."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from schemahub._transform.run import transform
from schemahub._transform.tally import Known
from schemahub._transform.unit import do_unit, units_of
from schemahub.events import BatchTransformed, TableCommitted
from schemahub.table import Pending, Snapshot

if TYPE_CHECKING:
    from tests.unit.transform.conftest import Lake

TEN = [("BTC-USD", number) for number in range(1, 11)]


@pytest.fixture
def shared(new_lake: type[Lake]) -> Lake:
    return type("Shared", (new_lake,), {"hands": 3})()


def test_a_commit_takes_as_many_units_as_there_are_hands(shared: Lake) -> None:
    for first in range(1, 101, 10):
        shared.put(first, first + 9)
    result = transform(shared.job(rows=20))
    assert (result.commits, result.objects, result.rows) == (2, 10, 100)
    assert shared.rows() == [("BTC-USD", number) for number in range(1, 101)]


def test_units_are_cut_by_rows_and_hold_one_object_at_least(lake: Lake) -> None:
    keys = tuple(lake.put(first, last) for first, last in ((1, 4), (5, 9), (10, 40), (41, 44)))
    pending = Pending(inputs=keys, digest="d")
    units = list(units_of(Snapshot(), pending, 10, Known()))
    assert [unit.keys for unit in units] == [keys[:2], keys[2:3], keys[3:]]


def test_a_unit_can_be_sent_and_comes_back(lake: Lake) -> None:
    key = lake.put(1, 10, bad=[3])
    (unit,) = units_of(Snapshot(), Pending(inputs=(key,), digest="d"), 100, Known())
    done = pickle.loads(pickle.dumps(do_unit(lake.job(), pickle.loads(pickle.dumps(unit)))))  # noqa: S301 - our own
    (added,) = done.added
    assert (added.rows, added.rules.total()) == (9, 1)
    assert sum(file.rows for file in done.files) == 9


def test_what_overlaps_counts_once_whichever_unit_has_it(shared: Lake) -> None:
    shared.put(1, 10)
    shared.put(5, 10, created_us=1_704_067_300_000_000, ids=range(5, 11))
    shared.put(1, 7, created_us=1_704_067_400_000_000)
    assert transform(shared.job(rows=5)).rows == 10
    assert shared.rows() == TEN


def test_what_an_unreadable_object_claimed_comes_from_where_else_it_is(shared: Lake) -> None:
    broken = shared.put(1, 10, lines=[b"{}"])
    shared.put(1, 10, created_us=1_704_067_300_000_000)
    result = transform(shared.job(rows=5))
    assert [failure.where for failure in result.failures] == [broken]
    assert shared.rows() == TEN


def test_each_object_and_each_commit_is_told_once(shared: Lake) -> None:
    keys = {shared.put(first, first + 9) for first in range(1, 61, 10)}
    transform(shared.job(rows=10))
    told = [event.source for event in shared.events if isinstance(event, BatchTransformed)]
    assert sorted(told) == sorted(keys)
    assert sum(isinstance(event, TableCommitted) for event in shared.events) == 2
