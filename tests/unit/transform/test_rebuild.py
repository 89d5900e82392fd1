"""All of raw anew, beside what readers see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._transform.rebuild import rebuild
from schemahub._transform.run import transform

if TYPE_CHECKING:
    from tests.unit.transform.conftest import Lake


def test_readers_switch_to_a_version_made_with_todays_mapping(lake: Lake) -> None:
    lake.put(1, 10)
    transform(lake.job())
    result = rebuild(lake.job(digest="second"))
    after = lake.table.snapshot()
    assert result.complete
    assert (after.version, after.mappings) == (2, {"coinbase": "second"})
    assert [i for _, i in lake.rows()] == list(range(1, 11))


def test_the_old_version_stays_whole(lake: Lake) -> None:
    lake.put(1, 10)
    transform(lake.job())
    old = lake.table.snapshot()
    rebuild(lake.job())
    assert all(lake.store.get(file.key) for file in old.files)


def test_readers_stay_if_the_new_version_covers_less(lake: Lake) -> None:
    key = lake.put(1, 10)
    lake.put(11, 20)
    transform(lake.job())
    lake.store.delete(key)
    result = rebuild(lake.job())
    assert not result.complete
    assert "does not cover" in str(result.failures)
    assert lake.table.snapshot().version == 1


def test_a_killed_rebuild_is_gone_on_with(lake: Lake) -> None:
    for first in (1, 11, 21):
        lake.put(first, first + 9)
    transform(lake.job())
    with pytest.raises(lake.killed):
        rebuild(lake.job(lake.faulty(18, "killed after"), rows=10))
    assert lake.table.snapshot().version == 1
    assert lake.table.successor().snapshot().files
    result = rebuild(lake.job(rows=10))
    assert 0 < result.objects < 3
    assert lake.table.snapshot().version == 2
    assert [i for _, i in lake.rows()] == list(range(1, 31))


def test_a_rebuild_begun_with_another_mapping_is_left_alone(lake: Lake) -> None:
    for first in (1, 11, 21):
        lake.put(first, first + 9)
    transform(lake.job())
    with pytest.raises(lake.killed):
        rebuild(lake.job(lake.faulty(18, "killed after"), rows=10))
    rebuild(lake.job(digest="second", rows=10))
    after = lake.table.snapshot()
    assert (after.version, after.mappings) == (3, {"coinbase": "second"})
    assert [i for _, i in lake.rows()] == list(range(1, 31))
