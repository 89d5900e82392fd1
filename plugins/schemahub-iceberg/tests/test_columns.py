"""Columns that come later, here or in the table, and who reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from iceberg_world import World
from pyiceberg.types import StringType

from schemahub.errors import ConfigError
from schemahub_iceberg import columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.hub import Hub


def test_a_column_that_schemahub_has_and_the_table_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.put_raw(1)
    with monkeypatch.context() as older:
        older.setattr(columns, "UNIFIED_COLUMNS", columns.UNIFIED_COLUMNS[:-1])
        world.table().commit(world.table().snapshot(), world.table().snapshot())
    loaded = world.table()._catalog.load()
    assert loaded is not None
    assert "ingest_ts" not in loaded.schema().column_names
    world.transform()
    world.check()
    assert loaded.refresh().scan().to_arrow()["ingest_ts"].null_count == 0


def test_a_column_that_somebody_else_added(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put_raw(1)
    world.transform()
    loaded = world.table()._catalog.load()
    assert loaded is not None
    with loaded.update_schema() as update:
        update.add_column("note", StringType())
    world.put_raw(3)
    world.transform()
    world.compact()
    world.check()
    rows = loaded.refresh().scan().to_arrow()
    assert rows["note"].null_count == rows.num_rows > 0


def test_many_engines_read_the_same(
    folder: Path, opened: Callable[..., Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLARS_ICEBERG_PLANNER", "pyiceberg")
    world, hub = World(folder), opened()
    world.put_raw(3)
    world.transform()
    world.compact()
    loaded = world.table()._catalog.load()
    assert loaded is not None
    query = "SELECT count(*) n, sum(price * quantity) v, min(trade_ts) first FROM "
    expected = hub.sql(f"{query}trades").to_arrow().to_pylist()
    polars = pl.scan_iceberg(loaded).sql(f"{query}self").collect()
    assert polars.to_dicts() == expected
    iceberg = pl.from_arrow(loaded.scan().to_arrow())
    assert isinstance(iceberg, pl.DataFrame)
    assert iceberg.sql(f"{query}self").to_dicts() == expected
    day = loaded.scan(row_filter="trade_ts >= '2024-01-03T00:00:00+00:00'")
    assert len(list(day.plan_files())) < len(list(loaded.scan().plan_files()))


def test_a_lake_without_a_url_is_refused() -> None:
    with pytest.raises(ConfigError, match="names its files by URL"):
        World("memory://nowhere").table()


def test_another_lakes_table_is_refused(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path}/shared.db"
    first = World(tmp_path / "one", uri=uri).table()
    first.commit(first.snapshot(), first.snapshot())
    with pytest.raises(ConfigError, match="not this lake's"):
        World(tmp_path / "two", uri=uri).table().snapshot()
    other = World(tmp_path / "two", uri=uri, name="two").table()
    other.commit(other.snapshot(), other.snapshot())
