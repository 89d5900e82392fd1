"""Which days are worth rewriting, and which folders are dead."""

from __future__ import annotations

import pytest

from schemahub._compact.folders import dead, strays
from schemahub._compact.plan import plan
from schemahub.layout import DataFileName
from schemahub.settings import FileSettings
from schemahub.table import Claim, DataFile, Pending, Snapshot

FILES = FileSettings(rows_per_file=100, bytes_per_file=1_000)
DAY = "2024-01-01"


def file(key: str, size: int = 100, rows: int = 10, day: str = DAY) -> DataFile:
    return DataFile(key=key, trade_date=day, rows=rows, bytes=size, symbols=())


def named(generation: int, version: int = 1, batch: str = "b") -> DataFileName:
    return DataFileName(version=version, trade_date=DAY, generation=generation, least_us=0, batch=batch)


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ([], False),
        ([file("a")], False),
        ([file("a"), file("b")], True),
        ([file("a"), file("b", size=1_000)], False),
        ([file("a"), file("b"), file("c", size=1_000)], True),
        ([file("a", rows=100), file("b", rows=100)], False),
        ([file("a", size=700), file("b", size=700)], False),
        ([file("a", size=760), file("b", size=760), file("c")], False),
    ],
)
def test_a_day_is_planned_if_that_makes_fewer_files(files: list[DataFile], wanted: bool) -> None:  # noqa: FBT001 - a parameter
    assert bool(plan(Snapshot(files=tuple(files)), FILES)) is wanted


def test_days_are_planned_in_order_and_apart() -> None:
    files = [file(f"{day}{i}", day=f"2024-01-0{day}") for day in (3, 1, 2) for i in range(day)]
    found = plan(Snapshot(files=tuple(files)), FILES)
    assert [(day.trade_date, len(day.files)) for day in found] == [("2024-01-02", 2), ("2024-01-03", 3)]


def test_a_file_that_is_not_the_tables_moves_the_day() -> None:
    known = file(str(named(1)))
    snapshot = Snapshot(files=(known,))
    lying = (named(1), named(1, batch="stray"))
    found = plan(snapshot, FILES, strays(lying, snapshot))
    assert [day.reason for day in found] == ["a file in its folder is not the table's"]


def test_while_a_commit_is_pinned_nothing_is_a_stray() -> None:
    snapshot = Snapshot(pending=Pending(inputs=("x",), digest="d"))
    assert not strays((named(1),), snapshot)


def test_another_versions_files_are_neither_strays_nor_dead() -> None:
    snapshot = Snapshot(version=2, generations={DAY: 2})
    assert not strays((named(2, version=1),), snapshot)
    assert dead((named(1, version=1), named(1, version=2)), snapshot) == (named(1, version=2),)


def test_what_is_current_claimed_or_yet_to_come_is_not_dead() -> None:
    claims = {DAY: Claim(generation=4, inputs=(), recipe="r")}
    snapshot = Snapshot(generations={DAY: 2}, claims=claims)
    lying = tuple(named(generation) for generation in (1, 2, 3, 4, 5))
    assert [name.generation for name in dead(lying, snapshot)] == [1, 3]


def test_a_claim_whose_inputs_changed_is_void() -> None:
    claims = {DAY: Claim(generation=2, inputs=("a",), recipe="r")}
    snapshot = Snapshot(files=(file("a"), file("b")), claims=claims)
    assert dead((named(1), named(2)), snapshot) == (named(2),)
