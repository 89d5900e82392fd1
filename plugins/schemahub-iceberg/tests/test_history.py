"""Earlier states, how they are forgotten, and how small what is read at the start stays."""

from __future__ import annotations

import dataclasses
import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from iceberg_world import DENSE, World
from pyiceberg.catalog.sql import SqlCatalog

from schemahub.errors import ConfigError, IntegrityError
from schemahub.table import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.hub import Hub

DAY_US = 86_400_000_000
COMMITS = int(os.environ.get("SOAK_COMMITS", "100"))


def now_us() -> int:
    return time.time_ns() // 1_000


def test_trades_as_of(tmp_path: Path, opened: Callable[..., Hub], folder: Path) -> None:
    del tmp_path
    world, hub = World(folder), opened()
    world.put_raw(1)
    world.transform()
    first, moment = world.table().snapshot(), datetime.now(UTC)
    before = hub.trades(symbol=DENSE.product).to_arrow()
    world.put_raw(3)
    world.transform()
    world.compact()
    now = hub.trades(symbol=DENSE.product).to_arrow()
    assert now.num_rows > before.num_rows > 0
    for as_of in (first.token, int(first.token or 0), moment, moment.isoformat()):
        assert hub.trades(symbol=DENSE.product, as_of=as_of).to_arrow() == before
    with pytest.raises(ConfigError, match="no state of that time"):
        hub.trades(symbol=DENSE.product, as_of=moment - timedelta(days=400)).to_arrow()
    with pytest.raises(ConfigError, match="no such snapshot"):
        hub.trades(symbol=DENSE.product, as_of=17).to_arrow()


def test_the_past_of_a_table_without_one(opened: Callable[..., Hub]) -> None:
    with pytest.raises(ConfigError, match="keeps no earlier states"):
        opened(table="parquet").trades(as_of="2024-01-01").to_arrow()


def test_files_stay_as_long_as_the_history_names_them(tmp_path: Path) -> None:
    world = World(tmp_path, history="2d")
    world.put_raw(2)
    world.transform()
    old = world.table().snapshot()
    world.compact()
    assert {file.key for file in old.files} - {file.key for file in world.table().snapshot().files}
    world.later(86_400)
    world.compact()
    table = world.table()
    assert table.as_of(token=old.token) == old
    for file in old.files:
        world.open().store.open(file.key).close()
    world.later(2 * 86_400)
    world.compact()
    with pytest.raises(ConfigError, match="no such snapshot"):
        table.as_of(token=old.token)
    gone = {file.key for file in old.files} - {file.key for file in table.snapshot().files}
    assert not gone & {info.key for info in world.open().store.list("unified_trades/v1/")}


def test_the_state_of_a_time_is_there_as_long_as_the_history(tmp_path: Path) -> None:
    table = World(tmp_path, history="1d").table()
    first = table.commit(table.snapshot(), Snapshot(mappings={"x": "first"}))
    moment = now_us() + 1_000
    time.sleep(0.005)  # Iceberg tells times apart by the millisecond
    second = table.commit(first, Snapshot(mappings={"x": "second"}))
    table.tidy(now_us() + DAY_US - 60_000_000)
    assert table.as_of(time_us=moment) == first
    table.tidy(now_us() + DAY_US + 60_000_000)
    assert table.snapshot() == second
    with pytest.raises(ConfigError):
        table.as_of(time_us=moment)


@pytest.mark.soak
def test_the_start_stays_small(tmp_path: Path) -> None:
    world = World(tmp_path, most_states=20)
    table, store = world.table(), world.open().store
    state = table.snapshot()
    for number in range(COMMITS):
        state = table.commit(state, dataclasses.replace(state, mappings={"x": str(number)}))
    loaded = table._catalog.load()
    assert loaded is not None
    # Even where nobody compacts, states beyond the most are forgotten, many at once.
    assert len(loaded.metadata.snapshots) <= 2 * 20 + 1
    table.tidy(now_us() + 2 * DAY_US)
    assert table.snapshot() == state
    infos = [*store.list("unified_trades/metadata/"), *store.list("unified_trades/states/")]
    kinds = [info.key.rpartition(".")[2] for info in infos]
    assert kinds.count("json") <= 2 * 21 + 21, "metadata and states"
    assert kinds.count("avro") <= 21, "manifest lists"
    assert max(info.size for info in infos) < 64 * 1024
    table.commit(state, Snapshot())


def test_what_a_commit_is_about_to_name_is_not_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    world.put_raw(2)
    commit = SqlCatalog.commit_table

    def tidying_first(catalog: SqlCatalog, *given: object) -> object:
        with monkeypatch.context() as alone:
            alone.setattr(SqlCatalog, "commit_table", commit)
            world.table().tidy(now_us())
        return commit(catalog, *given)

    with monkeypatch.context() as patched:
        patched.setattr(SqlCatalog, "commit_table", tidying_first)
        world.transform()
    world.check_in_the_end()


def test_another_programs_commit_is_not_read_as_ours(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put_raw(1)
    world.transform()
    loaded = world.table()._catalog.load()
    assert loaded is not None
    loaded.append(loaded.scan(limit=1).to_arrow())
    with pytest.raises(IntegrityError, match="Another program wrote to the table"):
        world.table().snapshot()
    before = loaded.current_snapshot().parent_snapshot_id
    loaded.manage_snapshots().rollback_to_snapshot(before).commit()
    world.check()
