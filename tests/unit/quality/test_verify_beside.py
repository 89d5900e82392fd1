"""Verify beside a compaction and a collector: what they replace and remove is no fault."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import RetryableError
from schemahub.layout import DataFileName

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from tests.unit.quality.conftest import Lake

    from schemahub._quality.checks import Check
    from schemahub._quality.report import VerifyResult

    Findings = Callable[..., dict[str, Check]]


def compacted(lake: Lake, key: str) -> None:
    """Move one day's rows to the next generation, and remove the old file, as a collector would."""
    base = lake.table.snapshot()
    old = next(file for file in base.files if file.key == key)
    name = DataFileName.parse(key)
    new = str(dataclasses.replace(name, generation=name.generation + 1))
    lake.store.put_new(new, lake.store.get(key).data)
    files = (dataclasses.replace(old, key=new) if file is old else file for file in base.files)
    generations = {**base.generations, old.trade_date: name.generation + 1}
    lake.table.commit(base, dataclasses.replace(base, files=tuple(files), generations=generations))
    lake.store.delete(key)


class Racing(MemoryStore):
    """Does something before the n-th time that a table file is opened."""

    def __init__(self, store: MemoryStore, race: Callable[[str], None], when: Callable[[int], bool]) -> None:
        super().__init__()
        self.__dict__.update(store.__dict__)
        self.race = race
        self.when = when
        self.opened = 0

    def open(self, key: str) -> BinaryIO:
        if key.endswith(".parquet"):
            self.opened += 1
            if self.when(self.opened):
                self.race(key)
        return super().open(key)


def beside(
    lake: Lake, race: Callable[[str], None], when: Callable[[int], bool], *, deep: bool
) -> VerifyResult:
    lake.store = Racing(lake.store, race, when)
    return lake.verify(deep=deep)


@pytest.mark.parametrize("nth", range(1, 5))
def test_a_file_that_was_replaced_is_looked_up_again(lake: Lake, findings: Findings, nth: int) -> None:
    result = beside(lake, lambda key: compacted(lake, key), lambda n: n == nth, deep=False)
    assert not findings(result)
    assert result.complete


@pytest.mark.parametrize("nth", range(5, 9))
def test_the_deep_proof_follows_rows_to_their_new_file(lake: Lake, findings: Findings, nth: int) -> None:
    assert len(lake.table.snapshot().files) == 4
    result = beside(lake, lambda key: compacted(lake, key), lambda n: n == nth, deep=True)
    assert not findings(result)
    assert result.complete


@pytest.mark.parametrize(("nth", "name"), [(2, "files"), (6, "table content")])
def test_a_file_that_is_gone_and_still_in_the_table_is_lost(
    lake: Lake, findings: Findings, nth: int, name: str
) -> None:
    result = beside(lake, lake.store.delete, lambda n: n == nth, deep=True)
    assert "a file that the manifest names is missing" in findings(result)[name].evidence


def test_trades_that_arrive_meanwhile_are_not_counted_against_the_proof(
    lake: Lake, findings: Findings
) -> None:
    def more(key: str) -> None:
        lake.head = 50
        lake.ingest()
        lake.transform()
        compacted(lake, key)

    result = beside(lake, more, lambda n: n == 2, deep=True)
    assert not findings(result)
    assert len(result.products[0].positions) == 50, "begun again, from the names on"


@pytest.mark.parametrize("deep", [False, True])
def test_files_that_never_stay_are_an_error_that_says_so(lake: Lake, *, deep: bool) -> None:
    with pytest.raises(RetryableError, match="faster than they can be read"):
        beside(lake, lambda key: compacted(lake, key), lambda n: n > 4 * deep, deep=deep)


def test_other_generations_on_disk_are_no_part_of_the_table(lake: Lake, findings: Findings) -> None:
    file = lake.table.snapshot().files[0]
    name = DataFileName.parse(file.key)
    lake.store.put_new(str(dataclasses.replace(name, generation=7)), b"of a compaction that lost")
    assert not findings(lake.verify(deep=True))


def test_quarantine_is_counted_line_by_line(empty: Lake, findings: Findings) -> None:
    empty.bad = {5, 6}
    empty.backfill(1, 40)
    empty.transform()
    (info,) = empty.store.list(empty.btc.quarantine_prefix)
    lines = empty.store.get(info.key).data
    empty.replace(info.key, lines.splitlines(keepends=True)[0])
    assert (
        "covers 6 (1 position), with neither a row nor a line"
        in findings(empty.verify())["quarantine"].evidence
    )
    empty.replace(info.key, b"{}\n")
    assert f"{info.key}, line 1" in findings(empty.verify())["quarantine"].evidence


def test_quarantine_of_an_earlier_run_is_told_and_no_fault(empty: Lake, findings: Findings) -> None:
    empty.bad = {5}
    empty.backfill(1, 40)
    empty.transform()
    (info,) = empty.store.list(empty.btc.quarantine_prefix)
    line = empty.store.get(info.key).data.replace(b'"line": 4', b'"line": 7')
    empty.store.put_new(f"{empty.btc.quarantine_prefix}other.jsonl", line)
    result = empty.verify()
    assert result.complete
    assert "no longer of use: 8 (1 position)" in findings(result, "note")["quarantine"].evidence
