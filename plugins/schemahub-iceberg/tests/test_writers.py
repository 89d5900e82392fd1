"""Eight writers at once, threads with a table and a catalog of their own: each commit counts once."""

from __future__ import annotations

import dataclasses
import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from iceberg_world import BATCH, World
from pyiceberg.catalog.sql import SqlCatalog
from sqlalchemy.exc import OperationalError

from schemahub.errors import Conflict, RetryableError
from schemahub.layout import StreamId
from schemahub.spans import Span, SpanSet
from schemahub.table import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

WRITERS = 8
STREAM = StreamId("coinbase", "BTC-USD")


def test_eight_transforms_give_what_one_gives(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put_raw(6)
    ready = Barrier(WRITERS)

    def run(_: int) -> None:
        ready.wait(60)
        world.transform(2 * BATCH)

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(run, range(WRITERS)))
    world.check_in_the_end()


def test_eight_writers_each_add_to_what_the_others_added(tmp_path: Path) -> None:
    world, commits = World(tmp_path), 5
    world.table().commit(world.table().snapshot(), world.table().snapshot())

    def add(writer: int) -> int:
        table, conflicts = world.table(), 0
        for number in range(commits):
            span = SpanSet.of([Span(first := 100 * (writer * commits + number), first + 9)])
            while True:
                try:
                    base = table.snapshot()
                    covered = {STREAM: base.covered_of(STREAM) | span}
                    table.commit(base, dataclasses.replace(base, covered=covered))
                    break
                except (Conflict, RetryableError):
                    conflicts += 1
                    time.sleep(random.uniform(0, 0.1))  # noqa: S311 - jitter; others commit in real time
        return conflicts

    with ThreadPoolExecutor(WRITERS) as threads:
        conflicts = sum(threads.map(add, range(WRITERS)))
    assert len(world.table().snapshot().covered_of(STREAM)) == WRITERS * commits * 10
    assert conflicts, "nobody ever met another"


def test_compactions_beside_transforms(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put_raw(4)

    def run(number: int) -> None:
        (world.transform, world.compact)[number % 2]()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(run, range(4)))
    world.transform()
    world.compact()
    world.check_in_the_end()


@pytest.mark.parametrize("arrives", [True, False])
def test_a_lost_reply_is_told_from_a_lost_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, arrives: bool
) -> None:
    table = World(tmp_path).table()
    base = table.commit(table.snapshot(), Snapshot(mappings={"x": "before"}))
    commit = SqlCatalog.commit_table

    def losing(catalog: SqlCatalog, *given: object) -> None:
        if arrives:
            commit(catalog, *given)
        msg = "connection reset"
        raise ConnectionResetError(msg)

    after = dataclasses.replace(base, mappings={"x": "after"})
    with monkeypatch.context() as patched:
        patched.setattr(SqlCatalog, "commit_table", losing)
        if arrives:
            assert table.commit(base, after).mappings == {"x": "after"}
        else:
            with pytest.raises(Conflict, match="did not arrive"):
                table.commit(base, after)
    assert table.snapshot().mappings == {"x": "after" if arrives else "before"}


def test_a_catalog_that_does_not_answer_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = World(tmp_path).table()
    table.commit(table.snapshot(), Snapshot())

    def locked(*_: object) -> None:
        statement = "UPDATE"
        raise OperationalError(statement, {}, Exception("database is locked"))

    monkeypatch.setattr(SqlCatalog, "load_table", locked)
    with pytest.raises(RetryableError, match="database is locked"):
        table.snapshot()
