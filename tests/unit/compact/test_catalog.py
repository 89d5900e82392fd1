"""A compaction tells a catalog of each day, and deletes nothing that the catalog may still point at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from schemahub._clock import Stop
from schemahub._compact.run import compact
from schemahub._registering import Registrar
from schemahub.catalog import FRESH_SECONDS, Catalog, LiveTable, Turn
from schemahub.errors import RetryableError

if TYPE_CHECKING:
    from tests.unit.compact.conftest import Lake

    from schemahub._compact.job import CompactJob

LATE_SECONDS = 2_000.0


class NotedCatalog(Catalog):
    """Keeps the generations by day that it was told of; does not answer while it is `down`."""

    late_seconds = LATE_SECONDS
    down = False

    def __init__(self) -> None:
        super().__init__({})
        self.told: list[dict[str, int]] = []

    def register(self, table: LiveTable, turn: Turn) -> None:
        turn.check()
        if self.down:
            msg = "no answer"
            raise RetryableError(msg)
        self.told.append({day.trade_date: day.folder.generation for day in table.days})


@pytest.fixture
def catalog() -> NotedCatalog:
    return NotedCatalog()


def job(lake: Lake, catalog: NotedCatalog) -> CompactJob:
    registrar = Registrar(
        "noted", catalog, lake.table, lake.store, "memory://lake", clock=lake.clock, stop=Stop()
    )
    return replace(lake.job(), registrar=registrar)


def test_each_day_is_told_once_it_is_switched(lake: Lake, catalog: NotedCatalog) -> None:
    lake.small_files(day=1)
    lake.small_files(day=2)
    assert compact(job(lake, catalog)).complete
    first, second = "2024-01-01", "2024-01-02"
    assert catalog.told == [{first: 2, second: 1}, {first: 2, second: 2}, {first: 2, second: 2}]


def test_nothing_is_deleted_before_it_knows(lake: Lake, catalog: NotedCatalog) -> None:
    lake.small_files()
    catalog.down = True
    behind = compact(job(lake, catalog))
    assert not behind.complete
    assert dict(behind.failures) == {"catalog noted": "no answer"}
    assert (len(behind.days), behind.marked) == (1, 0)
    lake.clock.advance(10 * LATE_SECONDS)
    assert compact(job(lake, catalog)).deleted == 0
    catalog.down = False
    assert compact(job(lake, catalog)).marked == 4
    lake.clock.advance(10 * LATE_SECONDS)
    catalog.down = True
    assert compact(job(lake, catalog)).deleted == 0
    catalog.down = False
    assert compact(job(lake, catalog)).deleted == 4


def test_whoever_does_not_tell_it_deletes_nothing(lake: Lake, catalog: NotedCatalog) -> None:
    lake.small_files()
    assert compact(job(lake, catalog)).marked == 4
    lake.clock.advance(10 * LATE_SECONDS)
    without = lake.compact()
    assert (without.complete, without.deleted) == (False, 0)
    assert "set `catalog`, or delete unified_trades/catalogs/noted.json" in str(without)
    lake.store.delete("unified_trades/catalogs/noted.json")
    assert lake.compact().deleted == 4


def test_files_stay_for_as_long_as_a_late_write_may_take(lake: Lake, catalog: NotedCatalog) -> None:
    lake.small_files()
    assert compact(job(lake, catalog)).marked == 4
    lake.clock.advance(LATE_SECONDS + FRESH_SECONDS - 10)
    waiting = compact(job(lake, catalog))
    assert (waiting.deleted, waiting.waiting) == (0, 4)
    lake.clock.advance(20)
    assert compact(job(lake, catalog)).deleted == 4


def test_the_next_run_repairs_it_with_nothing_to_compact(lake: Lake, catalog: NotedCatalog) -> None:
    lake.small_files()
    lake.compact()
    result = compact(job(lake, catalog))
    assert (result.complete, result.days) == (True, ())
    assert catalog.told == [{"2024-01-01": 2}]
