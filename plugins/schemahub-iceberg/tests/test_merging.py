"""Rows into a day that may hold some of them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from iceberg_world import World

from schemahub.errors import Conflict, IntegrityError
from schemahub_iceberg.merging import SCHEMA, Merged

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DAY = "2024-01-05"
MOMENT = datetime(2024, 1, 5, tzinfo=UTC)


def rows(ids: Iterable[int], price: float, moment: datetime = MOMENT, *, symbol: str = "BTC-USD") -> pa.Table:
    trade = {"exchange": "VENDOR", "symbol": symbol, "side": "BUY", "price": price, "quantity": 1.0}
    times = ({"trade_ts": moment + timedelta(seconds=i), "ingest_ts": moment} for i in ids)
    return pa.Table.from_pylist(
        [{**trade, "trade_id": f"t{i}", **at} for i, at in zip(ids, times, strict=True)], SCHEMA
    )


def prices(world: World) -> dict[str, float]:
    loaded = world.table()._catalog.load()
    assert loaded is not None
    found = loaded.scan().to_arrow().to_pydict()
    names = [
        f"{symbol[:1]}{number}" for symbol, number in zip(found["symbol"], found["trade_id"], strict=True)
    ]
    assert len(set(names)) == len(names)
    return dict(zip(names, found["price"], strict=True))


def test_new_rows_are_added_and_known_ones_replaced(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert world.table().merge(DAY, rows(range(10), 1.0)) == Merged(added=10, replaced=0, rows=10)
    assert world.table().merge(DAY, rows(range(5, 12), 2.0)) == Merged(added=2, replaced=5, rows=12)
    assert prices(world) == {f"Bt{i}": 2.0 if i >= 5 else 1.0 for i in range(12)}
    again = world.table().merge(DAY, rows(range(5, 12), 2.0))
    assert again == Merged(added=0, replaced=7, rows=12)
    doubled = pa.concat_tables([rows([20], 3.0), rows([20], 4.0)])
    assert world.table().merge(DAY, doubled).added == 1
    assert prices(world)["Bt20"] == 4.0, "the last of the given"


def test_the_same_id_of_another_symbol_is_another_trade(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.table().merge(DAY, rows(range(3), 1.0))
    assert world.table().merge(DAY, rows(range(3), 2.0, symbol="ETH-USD")).added == 3
    assert prices(world) == {**{f"Bt{i}": 1.0 for i in range(3)}, **{f"Et{i}": 2.0 for i in range(3)}}


def test_rows_of_another_day_are_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    with pytest.raises(IntegrityError, match="another day"):
        world.table().merge("2024-01-06", rows([1], 1.0))
    assert not world.table().snapshot().files


def test_merging_beside_a_transform_and_a_compaction(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put_raw(2)
    world.transform()
    day = world.table().snapshot().files[0].trade_date
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    done: list[Merged] = []

    def merge() -> None:
        while not done:
            try:
                done.append(world.table().merge(day, rows(range(9), 1.0, moment)))
            except Conflict:
                continue

    merging = threading.Thread(target=merge)
    merging.start()
    world.compact(left=True)
    merging.join(60)
    assert done
    world.compact()
    found = prices(world)
    assert len(found) == len(world.raw) + 9 == sum(file.rows for file in world.table().snapshot().files)
