"""Tables of two kinds in one lake, each in versions of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.errors import ConfigError
from schemahub.layout import table_kind_key
from schemahub.table import Snapshot, kind_of_version, refuse_other_kind

if TYPE_CHECKING:
    from schemahub._lake.parquet_table import ParquetTable
    from schemahub.builtin.memory_store import MemoryStore


def other_kind(store: MemoryStore, version: int) -> None:
    store.put_new(table_kind_key(version), b"other\n")


def test_a_version_says_whose_it_is(store: MemoryStore, table: ParquetTable) -> None:
    assert kind_of_version(store, 1) is None
    table.commit(table.snapshot(), Snapshot())
    other_kind(store, 2)
    assert [kind_of_version(store, version) for version in (1, 2, 3)] == ["parquet", "other", None]
    refuse_other_kind(store, 1, "parquet")
    refuse_other_kind(store, 3, "parquet")
    with pytest.raises(ConfigError, match=r"of another kind \(expected other, found parquet\)"):
        refuse_other_kind(store, 1, "other")


def test_a_table_does_not_begin_in_anothers_version(store: MemoryStore, table: ParquetTable) -> None:
    other_kind(store, 1)
    with pytest.raises(ConfigError, match="transform --full"):
        table.commit(table.snapshot(), Snapshot())
    assert kind_of_version(store, 1) == "other"


def test_the_next_version_is_one_that_nobody_has(store: MemoryStore, table: ParquetTable) -> None:
    table.commit(table.snapshot(), Snapshot())
    other_kind(store, 2)
    other_kind(store, 3)
    new = table.successor()
    assert new.snapshot().version == 4
    new.commit(new.snapshot(), Snapshot(version=4))
    new.publish()
    assert table.snapshot().version == 4


def test_a_table_over_another_view_is_the_same(table: ParquetTable) -> None:
    committed = table.commit(table.snapshot(), Snapshot(mappings={"coinbase": "d"}))
    assert table.over(table._store).snapshot() == committed
