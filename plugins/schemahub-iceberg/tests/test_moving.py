"""A lake moves from one table to the other, and back, without either harming the other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from iceberg_world import World
from tiny_trades import TinyTransformer

from schemahub._clock import Stop
from schemahub._transform.job import TransformJob
from schemahub._transform.rebuild import rebuild
from schemahub._transform.run import transform
from schemahub.errors import ConfigError
from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.hub import Hub
    from schemahub.table import Table


def job(hub: Hub) -> TransformJob:
    lake = hub.lake
    return TransformJob(
        raw=lake.raw,
        table=lake.table,
        store=lake.store,
        transformer_for=lambda _: TinyTransformer("first"),
        clock=FakeClock(time.time_ns()),
        stop=Stop(),
    )


def rows(table: Table) -> int:
    return sum(file.rows for file in table.snapshot().files)


def test_from_parquet_to_iceberg_and_back(folder: Path, opened: Callable[..., Hub]) -> None:
    world, parquet, iceberg = World(folder), opened(table="parquet"), opened()
    world.put_raw(3)
    transform(job(parquet))
    with pytest.raises(ConfigError, match="of another kind"):
        transform(job(iceberg))
    assert rows(iceberg.lake.table) == 0
    rebuild(job(iceberg))
    world.check_in_the_end()
    assert iceberg.lake.table.snapshot().version == 2
    assert rows(parquet.lake.table) == rows(iceberg.lake.table) == len(world.raw)
    # Both go on, each in versions of its own.
    world.put_raw(2, first=200)
    transform(job(iceberg))
    transform(job(parquet))
    world.compact()
    world.check_in_the_end()
    rebuild(job(parquet))
    assert parquet.lake.table.snapshot().version == 3
    assert rows(parquet.lake.table) == rows(iceberg.lake.table) == len(world.raw)


def test_a_rebuild_is_seen_at_once_or_not_at_all(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put_raw(3)
    world.transform()
    before = world.table().snapshot()
    world.rebuild()
    state = world.check()
    assert (before.version, state.version) == (1, 2)
    loaded = world.table()._catalog.load()
    assert loaded is not None
    assert set(loaded.refs()) == {"main"}
    assert world.table().as_of(token=before.token) == before
    world.put_raw(1, first=500)
    world.transform()
    world.check_in_the_end()
