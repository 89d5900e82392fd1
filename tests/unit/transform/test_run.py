"""New raw to the table: what is found, clipped, quarantined, reported (R2, R9)."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.transform.conftest import PlainTransformer

from schemahub._transform.inputs import digest, pin_digest
from schemahub._transform.run import preview, transform
from schemahub.errors import Cancelled, ConfigError, PermanentError, RetriesExhausted
from schemahub.events import BatchTransformed, Event, SchemaDrifted, TableCommitted, TransformFailed
from schemahub.layout import DataFileName, StreamId
from schemahub.settings import FileSettings
from schemahub.table import Pending

if TYPE_CHECKING:
    from tests.unit.transform.conftest import Lake

    from schemahub.transformer import RawLines, Transformed, Transformer

BTC = StreamId("coinbase", "BTC-USD")


def ids(*ranges: tuple[int, int], symbol: str = "BTC-USD") -> list[tuple[str, int]]:
    return [(symbol, i) for first, last in ranges for i in range(first, last + 1)]


def test_all_of_raw_gets_into_the_table(lake: Lake) -> None:
    lake.put(1, 10)
    lake.put(11, 20)
    lake.put(1, 5, "ETH-USD", codec="gz")
    result = transform(lake.job())
    assert result.complete
    assert lake.rows() == ids((1, 20)) + ids((1, 5), symbol="ETH-USD")
    assert (result.objects, result.rows, result.version) == (3, 25, 1)


def test_twice_is_a_no_op(lake: Lake) -> None:
    lake.put(1, 10)
    transform(lake.job())
    before = {info.key: lake.store.get(info.key) for info in lake.store.list("")}
    assert transform(lake.job()).commits == 0
    assert {info.key: lake.store.get(info.key) for info in lake.store.list("")} == before


def test_an_empty_lake_is_left_empty(lake: Lake) -> None:
    assert transform(lake.job()).complete
    assert not list(lake.store.list(""))


def test_late_batches_that_sort_before_the_newest_are_found(lake: Lake) -> None:
    lake.put(101, 110)
    transform(lake.job())
    lake.put(91, 100, created_us=1)  # a backfill of an older plan
    lake.put(50, 50, created_us=2)  # a repair
    transform(lake.job())
    assert lake.rows() == ids((50, 50), (91, 110))


def test_overlaps_count_once_within_a_commit_and_between_commits(lake: Lake) -> None:
    lake.put(1, 10, bad=[4])
    lake.put(3, 12, bad=[4], created_us=1_800_000_000_000_000)
    transform(lake.job(rows=100))
    lake.put(11, 15)
    transform(lake.job())
    assert lake.rows() == ids((1, 3), (5, 15))
    assert [entry["line"] for entry in lake.quarantine()] == [3]
    assert lake.quarantined() == 1


def test_a_commit_takes_only_as_many_rows_as_allowed(lake: Lake) -> None:
    for first in range(1, 60, 10):
        lake.put(first, first + 9)
    result = transform(lake.job(rows=25))
    commits = [event for event in lake.events if isinstance(event, TableCommitted)]
    assert [event.rows for event in commits] == [20, 20, 20]
    assert result.commits == 3


def test_an_object_larger_than_a_commit_is_taken_alone(lake: Lake) -> None:
    lake.put(1, 30)
    lake.put(31, 40)
    assert transform(lake.job(rows=5)).commits == 2
    assert lake.rows() == ids((1, 40))


def test_rejected_lines_keep_their_rule_source_line_and_data(lake: Lake) -> None:
    source = lake.put(1, 10, bad=[7])
    result = transform(lake.job())
    assert lake.quarantine() == [{"rule": "bad", "source": source, "line": 6, "data": '{"bad": 7}'}]
    assert result.rules == (("bad", 1),)
    assert lake.table.snapshot().covered_of(BTC).pairs() == [[1, 10]]


def test_bytes_that_are_no_text_still_reach_the_quarantine(lake: Lake) -> None:
    lake.put(1, 1, lines=[b"bad \xff"])
    transform(lake.job())
    assert lake.quarantine()[0]["data"] == "bad \\xff"


def test_a_trade_that_is_not_at_its_position_is_quarantined(lake: Lake) -> None:
    lake.put(1, 3, lines=[b'{"id": 1, "us": 1}', b'{"id": 9, "us": 1}', b'{"id": 3, "us": 1}'])
    transform(lake.job())
    assert lake.rows() == ids((1, 1), (3, 3))
    assert lake.quarantine()[0]["data"] == '{"id": 9, "us": 1}'


@pytest.mark.parametrize("lines", [[b'{"id": 1, "us": 1}'], [b'{"id": 1, "us": 1}'] * 3])
def test_an_object_with_other_lines_than_its_name_says_is_reported(lake: Lake, lines: list[bytes]) -> None:
    key = lake.put(1, 2, lines=lines)
    lake.put(3, 10)
    result = transform(lake.job())
    assert not result.complete
    assert [failure.where for failure in result.failures] == [key]
    assert lake.rows() == ids((3, 10))
    assert lake.table.snapshot().covered_of(BTC).pairs() == [[3, 10]]


def test_a_damaged_object_is_reported_and_the_others_go_on(lake: Lake) -> None:
    good, codecs = lake.put(11, 20), ("zst", "gz")
    for first, codec in enumerate(codecs, 1):
        key = lake.put(first, first, codec=codec)
        stored = lake.store.get(key)
        lake.store.put_if(key, stored.data[:-6], stored.version)
    result = transform(lake.job())
    assert len(result.failures) == 2
    assert good not in str(result.failures)
    assert lake.rows() == ids((11, 20))


def test_a_foreign_object_stops_its_stream_only(lake: Lake) -> None:
    lake.put(1, 5)
    lake.put(1, 5, "ETH-USD")
    lake.store.put_new("raw_coinbase_trades/ETH-USD/notes.txt", b"")
    result = transform(lake.job())
    assert [failure.where for failure in result.failures] == ["coinbase/ETH-USD"]
    assert lake.rows() == ids((1, 5))


def test_what_is_left_aside_is_told_once(lake: Lake) -> None:
    damaged = lake.put(1, 2, lines=[b'{"id": 1, "us": 1}'])
    for first in (3, 4):
        lake.put(first, first)
    lake.put(1, 5, "ETH-USD")
    lake.store.put_new("raw_coinbase_trades/ETH-USD/notes.txt", b"")
    assert transform(lake.job(rows=1)).failed == 2
    told = [event for event in lake.events if isinstance(event, TransformFailed)]
    assert [(event.stream.product, event.source) for event in told] == [
        ("ETH-USD", None),
        ("BTC-USD", damaged),
    ]
    assert "expected 2, found 1" in told[1].error


def test_a_stream_that_fails_with_each_object_is_told_once(lake: Lake) -> None:
    class Refusing(PlainTransformer):
        def transform(self, batch: RawLines) -> Transformed:
            msg = "not like this"
            raise PermanentError(msg, where=batch.source)

    for first in (1, 2, 3):
        lake.put(first, first)
    assert transform(dataclasses.replace(lake.job(), transformer_for=lambda _: Refusing())).failed == 1
    told = [event for event in lake.events if isinstance(event, TransformFailed)]
    assert [(event.stream, event.source) for event in told] == [(BTC, None)]


def test_a_dry_run_tells_nothing(lake: Lake) -> None:
    lake.store.put_new("raw_coinbase_trades/ETH-USD/notes.txt", b"")
    assert preview(lake.job()).failed == 1
    assert lake.events == []


def test_a_stream_without_a_mapping_is_reported(lake: Lake) -> None:
    def none(exchange: str) -> Transformer:
        msg = f"no mapping for {exchange}"
        raise ConfigError(msg)

    lake.put(1, 5)
    result = transform(dataclasses.replace(lake.job(), transformer_for=none))
    assert [failure.reason for failure in result.failures] == ["no mapping for coinbase"]


def test_drift_is_told_once(lake: Lake) -> None:
    lake.put(1, 1, lines=[b'{"id": 1, "us": 1, "new": 0}'])
    lake.put(2, 2, lines=[b'{"id": 2, "us": 1, "new": 0}'])
    result = transform(lake.job(rows=1))
    assert result.drift == (("coinbase", ("new",)),)
    assert result.suggestions == (("coinbase", "ignore: [new]"),)
    assert [event for event in lake.events if isinstance(event, SchemaDrifted)] == [
        SchemaDrifted(exchange="coinbase", fields=("new",))
    ]


def test_a_dry_run_counts_and_writes_nothing(lake: Lake) -> None:
    lake.put(1, 10)
    transform(lake.job())
    lake.put(6, 15)
    lake.put(1, 5, "ETH-USD")
    before = [info.key for info in lake.store.list("")]
    found = preview(lake.job())
    assert (found.objects, found.rows, found.dry_run) == (2, 10, True)
    assert [info.key for info in lake.store.list("")] == before


def test_inputs_pinned_with_another_mapping_are_pinned_anew(lake: Lake) -> None:
    key = lake.put(1, 10)
    base = lake.table.snapshot()
    old = pin_digest(lake.job(digest="old"), base, [key])
    lake.table.commit(base, dataclasses.replace(base, pending=Pending(inputs=(key,), digest=old)))
    assert transform(lake.job()).complete
    assert lake.rows() == ids((1, 10))
    today = digest(pin_digest(lake.job(), base, [key]), [key])
    assert {DataFileName.parse(file.key).batch for file in lake.table.snapshot().files} == {today}


def test_a_transformer_that_loses_lines_is_found_out(lake: Lake) -> None:
    class Loses(PlainTransformer):
        def transform(self, batch: RawLines) -> Transformed:
            return dataclasses.replace(super().transform(batch), rejected=())

    key = lake.put(1, 10, bad=[4])
    result = transform(dataclasses.replace(lake.job(), transformer_for=lambda _: Loses()))
    assert [failure.where for failure in result.failures] == [key]
    assert "lost or invented lines" in result.failures[0].reason


def test_a_changed_mapping_is_told(lake: Lake) -> None:
    lake.put(1, 10)
    transform(lake.job())
    lake.put(11, 20)
    assert transform(lake.job(digest="second")).remapped == ("coinbase",)


def test_the_table_is_the_same_bytes_whoever_makes_it(lake: Lake, new_lake: type[Lake]) -> None:
    other = new_lake()
    for one in (lake, other):
        one.put(1, 10, bad=[3])
        one.put(1, 10, "ETH-USD")
        transform(one.job())
    kept = [
        {info.key: one.store.get(info.key).data for info in one.store.list("unified_trades/v1/trade_date")}
        for one in (lake, other)
    ]
    assert kept[0] == kept[1]
    assert len(kept[0]) == 2


def test_a_run_told_to_stop_stops(lake: Lake) -> None:
    lake.put(1, 10)
    job = lake.job()
    job.stop.set("enough")
    with pytest.raises(Cancelled):
        transform(job)


def test_endless_trouble_comes_to_an_end(lake: Lake) -> None:
    with pytest.raises(RetriesExhausted, match="no connection"):
        transform(lake.job(lake.faulty(how="down")))


def test_blank_lines_are_no_trades(lake: Lake) -> None:
    key = lake.put(1, 3)
    good = lake.job().raw.open(next(lake.job().raw.list(BTC))).read()
    lake.store.delete(key)
    lines = good.splitlines()
    lake.put(1, 3, lines=[b"", lines[0], b" ", lines[1], b"", lines[2]])
    assert transform(lake.job()).complete
    assert lake.rows() == ids((1, 3))


def test_a_day_with_many_rows_takes_several_files_in_one_order(lake: Lake) -> None:
    lake.put(1, 40)
    job = replace(lake.job(rows=100), files=FileSettings(rows_per_file=4))
    transform(job)
    assert lake.rows() == ids((1, 40))
    files = lake.table.snapshot().files
    assert max(file.rows for file in files) == 4
    of_a_day = [file for file in files if file.trade_date == "2024-01-02"]
    assert [file.symbols[0].least_id for file in of_a_day] == [10, 14, 18]
    assert transform(job).commits == 0


@pytest.mark.parametrize("threads", [1, 7])
def test_threads_change_nothing(lake: Lake, new_lake: type[Lake], threads: int) -> None:
    other = new_lake()
    for each in (lake, other):
        for first in range(1, 200, 10):
            each.put(first, first + 14, bad=[first + 3], created_us=first)
    transform(lake.job(rows=60))
    job = other.job(rows=60)
    transform(replace(job, settings=job.settings.model_copy(update={"threads": threads})))
    stores = [
        {info.key: each.store.get(info.key).data for info in each.store.list("unified_trades/v1/trade_date=")}
        for each in (lake, other)
    ]
    assert stores[0] == stores[1]
    assert len(stores[0]) > 20


def test_a_day_with_many_bytes_takes_several_files(lake: Lake) -> None:
    lake.put(1, 40)
    transform(replace(lake.job(rows=100), files=FileSettings(bytes_per_file=60)))
    assert lake.rows() == ids((1, 40))
    assert max(file.rows for file in lake.table.snapshot().files) == 6


@pytest.mark.parametrize("how", ["killed before", "killed after"])
def test_killed_and_gone_on_with_by_more_threads_it_is_the_same_files(new_lake: type[Lake], how: str) -> None:
    def filled() -> Lake:
        lake = new_lake()
        for first in range(1, 60, 10):
            lake.put(first, first + 11, bad=[first + 3], created_us=first)
        return lake

    def files(lake: Lake) -> dict[str, bytes]:
        listed = lake.store.list("unified_trades/v1/trade_date=")
        return {info.key: lake.store.get(info.key).data for info in listed}

    whole = filled()
    transform(whole.job(rows=30))
    for at in range(4, 40, 3):
        lake = filled()
        with pytest.raises(lake.killed):
            transform(lake.job(lake.faulty(at, how), rows=30))
        assert transform(lake.job(rows=30, threads=5)).complete
        assert files(lake) == files(whole)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_stop_is_heard_between_two_objects(lake: Lake, threads: int) -> None:
    for first in range(1, 90, 10):
        lake.put(first, first + 9)
    job = lake.job(rows=1_000, threads=threads)
    told: list[Event] = []

    def stop(event: Event) -> None:
        told.append(event)
        job.stop.set("enough")

    with pytest.raises(Cancelled):
        transform(replace(job, emit=stop))
    # Those that other threads had begun by then.
    assert len(told) <= 2 * threads
    assert not lake.rows()
    assert transform(lake.job()).rows == 90


def test_each_object_is_told_when_it_was_read_not_at_the_end(lake: Lake) -> None:
    for first in range(1, 40, 10):
        lake.put(first, first + 9)
    store = lake.faulty()
    operations: list[int] = []

    def note(event: Event) -> None:
        if isinstance(event, BatchTransformed):
            operations.append(store.operations)

    transform(replace(lake.job(store, rows=100), emit=note))
    assert [operation - operations[0] for operation in operations] == [0, 1, 2, 3]


def test_an_object_that_is_read_again_is_told_once(new_lake: type[Lake]) -> None:
    for at in range(30):
        lake = new_lake()
        for first in range(1, 40, 10):
            lake.put(first, first + 9)
        assert transform(lake.job(lake.faulty(at, "refused"), rows=20)).complete
        told = [event.source for event in lake.events if isinstance(event, BatchTransformed)]
        assert len(told) == len(set(told)) == 4
