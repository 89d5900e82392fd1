"""A transform tells a catalog; one that does not answer fails the run, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub._clock import Stop
from schemahub._registering import Registrar
from schemahub._transform.rebuild import rebuild
from schemahub._transform.run import transform
from schemahub.catalog import FRESH_SECONDS, Catalog, LiveTable, Turn
from schemahub.errors import Cancelled, ConfigError, Conflict, RetryableError, SchemahubError
from schemahub.events import CatalogRegistered, TableCommitted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.transform.conftest import Lake

    from schemahub._transform.job import TransformJob


class NotedCatalog(Catalog):
    """Keeps the states that it was told of, or raises what it is to raise."""

    def __init__(self) -> None:
        super().__init__({})
        self.states: list[LiveTable] = []
        self.fails: list[SchemahubError] = []
        self.asked = 0

    def register(self, table: LiveTable, turn: Turn) -> None:
        self.asked += 1
        turn.check()
        if self.fails:
            raise self.fails.pop(0)
        self.states.append(table)


@pytest.fixture
def catalog() -> NotedCatalog:
    return NotedCatalog()


def job(lake: Lake, catalog: NotedCatalog, digest: str = "first", stop: Stop | None = None) -> TransformJob:
    registrar = Registrar(
        "noted",
        catalog,
        lake.table,
        lake.store,
        "memory://lake",
        clock=lake.clock,
        stop=stop or Stop(),
        emit=lake.events.append,
    )
    return replace(lake.job(digest=digest, rows=10), registrar=registrar)


def test_it_is_told_of_each_commit_and_at_the_end(lake: Lake, catalog: NotedCatalog) -> None:
    lake.put(1, 10)
    lake.put(11, 20)
    assert transform(job(lake, catalog)).complete
    files = lake.table.snapshot().files
    counts = [sum(len(day.files) for day in state.days) for state in catalog.states]
    assert counts == [2, 4, 4]
    last = catalog.states[-1]
    assert [catalog.states[-1].url_of(day) for day in last.days] == sorted(
        {f"memory://lake/{file.key.rpartition('/')[0]}/" for file in files}
    )
    told = [event for event in lake.events if isinstance(event, CatalogRegistered | TableCommitted)]
    assert [type(event).__name__ for event in told] == ["CatalogRegistered", "TableCommitted"] * 2 + [
        "CatalogRegistered"
    ]


def test_without_an_answer_the_table_is_right_and_the_run_is_not_complete(
    lake: Lake, catalog: NotedCatalog
) -> None:
    for first in (1, 11, 21):
        lake.put(first, first + 9)
    catalog.fails = [ConfigError("access is denied")] * 9
    result = transform(job(lake, catalog))
    assert not result.complete
    assert [(one.where, one.reason) for one in result.failures] == [("catalog noted", "access is denied")]
    assert [i for _, i in lake.rows()] == list(range(1, 31))
    assert catalog.asked == 2, "asked after the first commit and at the end, not after each commit"
    assert "access is denied" in {e.error for e in lake.events if isinstance(e, CatalogRegistered)}


def test_the_next_run_repairs_it_with_nothing_new(lake: Lake, catalog: NotedCatalog) -> None:
    lake.put(1, 10)
    transform(lake.job())
    result = transform(job(lake, catalog))
    assert result.complete
    assert (result.rows, len(catalog.states), len(catalog.states[0].days)) == (0, 1, 2)


def test_what_passes_is_tried_again(lake: Lake, catalog: NotedCatalog) -> None:
    lake.put(1, 10)
    catalog.fails = [RetryableError("throttled"), Conflict("somebody else")]
    assert transform(job(lake, catalog)).complete
    assert catalog.asked == 4


def test_it_is_not_asked_for_ever(lake: Lake, catalog: NotedCatalog) -> None:
    lake.put(1, 10)
    catalog.fails = [RetryableError("throttled")] * 99
    assert "throttled" in str(transform(job(lake, catalog)))
    assert catalog.asked == 10
    assert lake.clock.monotonic() < 60


def test_a_state_that_changed_meanwhile_is_told_again(lake: Lake, catalog: NotedCatalog) -> None:
    lake.put(1, 10)
    transform(lake.job())
    register = catalog.register

    def slowly(table: LiveTable, turn: Turn) -> None:
        if not catalog.states:
            lake.put(11, 20)
            transform(lake.job())
        register(table, turn)

    catalog.register = slowly  # type: ignore[method-assign]  # another run, in the middle
    transform(job(lake, catalog))
    assert [len(state.days) for state in catalog.states] == [2, 3]


def test_an_old_state_is_read_anew(lake: Lake, catalog: NotedCatalog) -> None:
    lake.put(1, 10)
    register = catalog.register

    def asleep(table: LiveTable, turn: Turn) -> None:
        if not catalog.asked:
            lake.clock.advance(FRESH_SECONDS + 1)
        register(table, turn)

    catalog.register = asleep  # type: ignore[method-assign]  # a long pause, once
    assert transform(job(lake, catalog)).complete
    assert catalog.asked == 3


def test_a_stop_is_a_stop(lake: Lake, catalog: NotedCatalog) -> None:
    lake.put(1, 10)
    stop = Stop()
    stop.set("enough")
    with pytest.raises(Cancelled):
        transform(job(lake, catalog, stop=stop))
    assert not catalog.states


def test_a_version_is_told_of_once_readers_see_it(lake: Lake, catalog: NotedCatalog) -> None:
    lake.put(1, 10)
    transform(job(lake, catalog))
    catalog.states.clear()
    assert rebuild(job(lake, catalog, digest="second")).complete
    assert [state.version for state in catalog.states] == [2]
    assert catalog.states[0].root == "memory://lake/unified_trades/v2/"


def test_a_catalog_that_is_not_installed_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown catalog 'hive'"):
        schemahub.open(tmp_path / "lake", overrides={"catalog": "hive"}).transform()
