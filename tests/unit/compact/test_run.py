"""`compact`: what it writes, refuses, deletes and reports."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.compact.conftest import FILES, GRACE, rows

from schemahub._compact.claims import close_unwanted
from schemahub._compact.plan import plan
from schemahub._compact.rewrite import recipe, rewrite
from schemahub._compact.run import compact, preview
from schemahub._compact.switch import claimed
from schemahub._lake.parquet_order import in_order
from schemahub.errors import Conflict
from schemahub.events import DayCompacted, FilesCollected, WorkFound
from schemahub.layout import DataFileName
from schemahub.settings import FileSettings
from schemahub.table import Claim, Pending

if TYPE_CHECKING:
    from tests.unit.compact.conftest import Lake

DAY = "2024-01-01"


def test_small_files_become_one_in_the_next_generation(lake: Lake) -> None:
    lake.small_files()
    result = lake.compact()
    (file,) = lake.snapshot.files
    assert result.complete
    assert (result.days[0].files_before, result.days[0].files_after) == (4, 1)
    assert DataFileName.parse(file.key).generation == lake.snapshot.generation_of(DAY) == 2
    assert lake.read(file.key).to_pylist() == in_order(rows(range(1, 17))).to_pylist()
    assert file.bytes == len(lake.store.get(file.key).data)
    assert not lake.snapshot.claims


def test_files_end_where_the_settings_say(lake: Lake) -> None:
    lake.small_files(12)
    lake.compact()
    assert sorted(file.rows for file in lake.snapshot.files) == [8, 20, 20]
    assert lake.ids() == list(range(1, 49))


def test_twice_is_a_no_op(lake: Lake) -> None:
    lake.small_files(9)
    lake.compact()
    before = lake.versions()
    assert not lake.compact().days
    assert lake.versions() == before


def test_an_empty_lake_is_left_empty(lake: Lake) -> None:
    assert lake.compact().complete
    assert not lake.versions()


def test_what_a_transform_has_pinned_stays_pinned(lake: Lake) -> None:
    lake.small_files()
    pending = Pending(inputs=("x",), digest="d")
    lake.table.commit(lake.snapshot, replace(lake.snapshot, pending=pending))
    lake.compact()
    assert lake.snapshot.pending == pending


@pytest.mark.parametrize("most", [1, 3, 1_000])
def test_memory_does_not_show_in_the_files(lake: Lake, most: int) -> None:
    lake.small_files(12)
    compact(lake.job(rows_in_memory=most))
    found = [lake.store.get(file.key).data for file in lake.snapshot.files]
    other = type(lake)()
    other.small_files(12)
    other.compact()
    assert [other.store.get(file.key).data for file in other.snapshot.files] == found


def test_a_file_that_is_there_is_adopted(lake: Lake) -> None:
    lake.small_files()
    (day,) = plan(lake.snapshot, FILES)
    claim = Claim(generation=2, inputs=day.inputs, recipe=recipe(lake.job()))
    (first,) = rewrite(lake.job(), 1, day, claim)
    # The same rows as another hand may have written them.
    other = io.BytesIO()
    pq.write_table(lake.read(first.key), other, compression="none")
    lake.overwrite(first.key, other.getvalue())
    lake.compact()
    (file,) = lake.snapshot.files
    assert (file.key, file.bytes) == (first.key, len(other.getvalue()))


def test_a_file_of_that_name_with_other_rows_is_refused(lake: Lake) -> None:
    lake.small_files()
    (day,) = plan(lake.snapshot, FILES)
    claim = Claim(generation=2, inputs=day.inputs, recipe=recipe(lake.job()))
    (first,) = rewrite(lake.job(), 1, day, claim)
    table = lake.read(first.key)
    other = io.BytesIO()
    # As many rows, the same times and bounds: only its values tell.
    pq.write_table(table.set_column(4, "price", pa.array([1.0] * len(table))), other)
    lake.overwrite(first.key, other.getvalue())
    result = lake.compact()
    assert not result.complete
    assert "would lose or change rows" in result.failures[0][1]
    assert len(lake.snapshot.files) == 4


def damaged(lake: Lake, how: str) -> str:
    key = lake.snapshot.files[1].key
    data = lake.store.get(key).data
    if how == "cut":
        lake.overwrite(key, data[:-20])
    elif how == "gone":
        lake.store.delete(key)
    else:
        other = io.BytesIO()
        pq.write_table(lake.read(key).slice(1), other)
        lake.overwrite(key, other.getvalue())
    return key


@pytest.mark.parametrize("how", ["cut", "gone", "a row less"])
def test_a_damaged_input_stops_its_day_only(lake: Lake, how: str) -> None:
    lake.small_files(day=1)
    lake.small_files(day=2)
    damaged(lake, how)
    result = lake.compact()
    assert not result.complete
    assert [day for day, _ in result.failures] == [DAY]
    assert [day.trade_date for day in result.days] == ["2024-01-02"]
    assert sum(file.trade_date == DAY for file in lake.snapshot.files) == 4


def test_trades_that_are_there_twice_are_not_hidden(lake: Lake) -> None:
    lake.add(rows(range(1, 5)), "a")
    lake.add(rows(range(4, 8)), "b")
    ((day, why),) = lake.compact().failures
    assert day == DAY
    assert "twice, the first is COINBASE BTC-USD 4" in why


def test_ids_that_two_exchanges_or_symbols_share_are_not_twice(lake: Lake) -> None:
    lake.add(rows(range(1, 5)), "a")
    lake.add(rows(range(1, 5), exchange="KRAKEN"), "b")
    lake.add(rows(range(1, 5), "ETH-USD"), "c")
    assert lake.compact().complete
    assert len(lake.snapshot.files) == 1


def test_a_claim_with_another_recipe_is_not_gone_on_with(lake: Lake) -> None:
    lake.small_files()
    inputs = tuple(sorted(file.key for file in lake.snapshot.files))
    claims = {DAY: Claim(generation=5, inputs=inputs, recipe="another")}
    lake.table.commit(lake.snapshot, replace(lake.snapshot, claims=claims))
    lake.compact()
    assert lake.snapshot.generation_of(DAY) == 6


def test_a_day_that_changed_since_it_was_planned_is_a_conflict(lake: Lake) -> None:
    lake.small_files()
    (day,) = plan(lake.snapshot, FILES)
    lake.add(rows(range(90, 95)), "late")
    with pytest.raises(Conflict):
        claimed(lake.job(), day)


def test_an_abandoned_claim_is_closed_and_its_folder_collected(lake: Lake) -> None:
    lake.small_files(12)
    lake.compact()
    larger = lake.job(files=FileSettings(rows_per_file=1_000, rows_per_group=5))
    (day,) = plan(lake.snapshot, larger.files)
    claim = Claim(generation=3, inputs=day.inputs, recipe=recipe(larger))
    lake.table.commit(lake.snapshot, replace(lake.snapshot, claims={DAY: claim}))
    (left,) = rewrite(larger, 1, day, claim)
    lake.compact()
    lake.clock.advance(GRACE)
    lake.compact()
    assert left.key not in lake.versions()
    assert lake.snapshot.claims[DAY].generation == 3
    compact(larger)
    assert lake.snapshot.generation_of(DAY) == 4


def test_a_claim_on_a_wanted_day_stays(lake: Lake) -> None:
    lake.small_files()
    inputs = tuple(sorted(file.key for file in lake.snapshot.files))
    claims = {DAY: Claim(generation=2, inputs=inputs, recipe="r")}
    lake.table.commit(lake.snapshot, replace(lake.snapshot, claims=claims))
    close_unwanted(lake.job(), [DAY])
    assert lake.snapshot.claims == claims


def test_replaced_files_go_after_the_grace(lake: Lake) -> None:
    lake.small_files()
    old = {file.key for file in lake.snapshot.files}
    first = lake.compact()
    assert (first.marked, first.deleted, first.waiting) == (4, 0, 4)
    assert first.next_deletion == "2026-01-01T00:10:00Z"
    lake.clock.advance(GRACE - 1)
    assert lake.compact().deleted == 0
    assert old <= lake.versions().keys()
    lake.clock.advance(1)
    assert lake.compact().deleted == 4
    assert not old & lake.versions().keys()
    assert not lake.snapshot.deleting
    assert lake.ids() == list(range(1, 17))


def test_a_clock_that_jumps_back_only_delays(lake: Lake) -> None:
    lake.small_files()
    lake.compact()
    lake.clock.jump(-10_000)
    lake.clock.advance(GRACE)
    assert lake.compact().deleted == 0
    lake.clock.advance(10_000)
    assert lake.compact().deleted == 4


@pytest.mark.parametrize("how", ["cut", "gone", "a row less"])
def test_nothing_is_deleted_where_the_replacement_is_not_sound(lake: Lake, how: str) -> None:
    lake.small_files(12)
    old = {file.key for file in lake.snapshot.files}
    lake.compact()
    damaged(lake, how)
    lake.clock.advance(GRACE)
    result = lake.compact()
    assert [day for day, _ in result.failures] == [DAY]
    assert result.deleted == 0
    assert old <= lake.versions().keys()


def test_a_store_that_never_answers_is_one_failure(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.small_files()

    def lost(*_: object) -> None:
        msg = "somebody was first"
        raise Conflict(msg)

    monkeypatch.setattr("schemahub._compact.run.collect", lost)
    result = lake.compact()
    assert len(result.days) == 1
    assert [where for where, _ in result.failures] == ["collector"]


def test_a_dry_run_says_what_would_be_done_and_does_nothing(lake: Lake) -> None:
    lake.small_files()
    before = lake.versions()
    result = preview(lake.job())
    assert result.headline() == "4 files of 1 days to compact"
    assert lake.versions() == before


def test_it_says_what_happened_and_what_it_cost(lake: Lake) -> None:
    lake.small_files()
    result = lake.metered()
    assert dict(result.cost.requests).keys() == {"get", "list", "open", "put"}
    assert result.cost.bytes_read > result.cost.bytes_written > 0
    assert result.document()["cost"]["cpu_seconds"] >= 0
    assert "4 files of 1 days made 1, 4 go after 2026" in result.headline()
    assert [type(event) for event in lake.events] == [WorkFound, DayCompacted]
    lake.clock.advance(GRACE)
    lake.compact()
    assert lake.events[2:] == [FilesCollected(files=4)]
