"""Eight processes write at once: each commit counts once, whoever comes first."""

from __future__ import annotations

import dataclasses
import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

from iceberg_world import BATCH, World

from schemahub.errors import Conflict, RetryableError
from schemahub.layout import StreamId
from schemahub.spans import Span, SpanSet

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
