"""One raw object to rows: whose position is proved, and what is clipped."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.transform.conftest import Lake, PlainTransformer

from schemahub._lake.parquet_table import ParquetTable
from schemahub._lake.raw_objects import RawObjects
from schemahub._transform.run import transform
from schemahub.errors import ConfigError
from schemahub.layout import StreamId
from schemahub.raw_sink import RawSink

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore
    from schemahub.raw_sink import RawObject
    from schemahub.table import DataFile, Snapshot
    from schemahub.transformer import ArrowStream, RawLines, Transformed

BTC = StreamId("coinbase", "BTC-USD")


def line(number: int | str, us: int = 1) -> bytes:
    return f'{{"id": "{number}", "us": {us}}}'.encode()


@pytest.mark.parametrize("first", [0, 1, 8, 95, 9_998, 10**18 - 2, 2**63 - 6])
def test_ids_that_grow_a_digit_are_in_place(lake: Lake, first: int) -> None:
    lake.put(first, first + 5, lines=[line(i) for i in range(first, first + 6)])
    assert transform(lake.job()).quarantined == 0
    assert lake.rows() == [("BTC-USD", i) for i in range(first, first + 6)]


@pytest.mark.parametrize("spelt", ["05", "+5", "-5", "5 ", "", "5.0", "six"])
def test_an_id_that_only_looks_like_its_position_is_quarantined(lake: Lake, spelt: str) -> None:
    lake.put(4, 6, lines=[line(4), line(spelt), line(6)])
    result = transform(lake.job())
    assert lake.rows() == [("BTC-USD", 4), ("BTC-USD", 6)]
    assert result.quarantined == 1
    assert lake.quarantine()[0]["line"] == 1


def test_two_ids_that_changed_places_are_quarantined(lake: Lake) -> None:
    lake.put(1, 4, lines=[line(1), line(3), line(2), line(4)])
    transform(lake.job())
    assert lake.rows() == [("BTC-USD", 1), ("BTC-USD", 4)]


class Backwards(PlainTransformer):
    def transform(self, batch: RawLines) -> Transformed:
        done = super().transform(batch)
        return replace(done, lines=list(done.lines)[::-1])


def test_a_transformer_whose_lines_do_not_ascend_is_told_so(lake: Lake) -> None:
    lake.put(1, 3)
    result = transform(replace(lake.job(), transformer_for=lambda _: Backwards()))
    assert "do not ascend" in result.failures[0].reason


class Refuses(PlainTransformer):
    def transform(self, batch: RawLines) -> Transformed:
        if batch.stream == BTC:
            msg = "no such product"
            raise ConfigError(msg)
        return super().transform(batch)


def test_a_product_that_a_mapping_cannot_take_stops_no_other(lake: Lake) -> None:
    for first in range(1, 40, 10):
        lake.put(first, first + 9)
    lake.put(1, 5, "ETH-USD")
    result = transform(replace(lake.job(rows=12), transformer_for=lambda _: Refuses()))
    assert [failure.where for failure in result.failures] == ["coinbase/BTC-USD"]
    assert lake.rows() == [("ETH-USD", i) for i in range(1, 6)]
    assert lake.table.snapshot().pending is None


spans = st.tuples(st.integers(1, 40), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(spans, max_size=8), st.sets(st.integers(1, 52), max_size=10), st.integers(1, 60))
def test_however_objects_overlap_each_position_counts_once(
    given_spans: list[tuple[int, int]], bad: set[int], rows: int
) -> None:
    lake = Lake()
    for number, (first, last) in enumerate(given_spans):
        lake.put(first, last, bad=bad, created_us=number + 1)
    assert transform(lake.job(rows=rows)).complete
    every = {i for first, last in given_spans for i in range(first, last + 1)}
    assert lake.rows() == [("BTC-USD", i) for i in sorted(every - bad)]
    assert lake.quarantined() == len(every & bad) == len(lake.quarantine())


DAY_US = 86_400_000_000


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=20), st.integers(0, DAY_US - 1))
def test_days_are_split_whatever_order_they_come_in(days: list[int], past_midnight: int) -> None:
    lake = Lake()
    times = [day * DAY_US + past_midnight for day in days]
    lake.put(1, len(days), lines=[line(i, us) for i, us in enumerate(times, 1)])
    transform(lake.job())
    # Reading the rows checks that each file holds its own day alone.
    assert lake.rows() == [("BTC-USD", i) for i in range(1, len(days) + 1)]
    assert len(lake.table.snapshot().files) == len(set(days))


class FarAway(RawObjects):
    """Gives nothing before three are asked for at the same time."""

    def __init__(self, store: ObjectStore) -> None:
        super().__init__(store)
        self._asked = threading.Barrier(3, timeout=20)

    def fetch(self, stored: RawObject) -> BinaryIO:
        self._asked.wait()
        return super().fetch(stored)


class Watched(PlainTransformer):
    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()

    def transform(self, batch: RawLines) -> Transformed:
        self.threads.add(threading.get_ident())
        return super().transform(batch)


def test_objects_are_fetched_side_by_side_and_mapped_by_one_thread(lake: Lake) -> None:
    for first in range(1, 60, 10):
        lake.put(first, first + 9)
    watched = Watched()
    job = replace(lake.job(rows=1_000, threads=3), raw=FarAway(lake.store), transformer_for=lambda _: watched)
    assert transform(job).rows == 60
    assert watched.threads == {threading.get_ident()}


class OpensAlone(RawObjects):
    fetch = RawSink.fetch


@pytest.mark.parametrize("threads", [1, 3])
def test_what_a_sink_can_only_open_is_fetched_too_and_damage_is_of_its_object(
    lake: Lake, threads: int
) -> None:
    lake.put(1, 10)
    damaged = lake.put(11, 20)
    stored = lake.store.get(damaged)
    lake.store.put_if(damaged, stored.data[:-4], stored.version)
    result = transform(replace(lake.job(threads=threads), raw=OpensAlone(lake.store)))
    assert [(failure.where, "cannot be decompressed" in failure.reason) for failure in result.failures] == [
        (damaged, True)
    ]
    assert lake.rows() == [("BTC-USD", i) for i in range(1, 11)]


class FarTable(ParquetTable):
    """Writes nothing before three days are written at the same time."""

    together: ClassVar = threading.Barrier(3, timeout=20)

    def write(self, base: Snapshot, trade_date: str, rows: ArrowStream, batch: str) -> DataFile:
        self.together.wait()
        return super().write(base, trade_date, rows, batch)


def test_days_of_few_rows_are_stored_side_by_side(lake: Lake) -> None:
    lake.put(1, 3, lines=[line(day, day * 86_400_000_000) for day in (1, 2, 3)])
    job = replace(lake.job(threads=3), table=FarTable(lake.store))
    assert transform(job).files == 3
