"""Keys are values with a parser and a printer that are inverses."""

from __future__ import annotations

import uuid

import hypothesis.strategies as st
import pytest
from hypothesis import given

from schemahub.errors import ConfigError, IntegrityError
from schemahub.layout import (
    CODECS,
    DataFileName,
    DayFolder,
    RawName,
    RunKey,
    StreamId,
    batch_uuid,
    decode,
    encode,
    lease_key,
    stamp,
    trade_date,
    unstamp,
    version_of,
    version_prefix,
)

TIMES_US = st.integers(0, 4_000_000_000_000_000)
PRODUCTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=40)


@given(
    st.builds(
        RawName,
        created_us=TIMES_US,
        uuid=st.uuids().map(str),
        first=st.integers(0, 10**19),
        last=st.integers(0, 2**63),
        count=st.integers(0, 10**7),
        codec=st.sampled_from(CODECS),
    )
)
def test_raw_names(name: RawName) -> None:
    assert RawName.parse(str(name)) == name


@given(st.builds(DataFileName, version=st.integers(1, 99), trade_date=st.dates().map(str),
                 generation=st.integers(1, 99), least_us=TIMES_US, batch=st.just("a1b2")))  # fmt: skip
def test_table_keys(name: DataFileName) -> None:
    assert DataFileName.parse(str(name)) == name


@given(
    st.builds(
        RunKey,
        started_us=TIMES_US,
        command=st.sampled_from(["ingest", "update-seed"]),
        uuid=st.uuids().map(str),
    )
)
def test_keys_of_runs(key: RunKey) -> None:
    assert RunKey.parse(str(key)) == key
    with pytest.raises(IntegrityError, match="not the key of a run's record"):
        RunKey.parse(f"{key}.tmp")


@given(PRODUCTS)
def test_product_ids_become_one_harmless_segment(product: str) -> None:
    segment = encode(product)
    assert decode(segment) == product
    assert "/" not in segment
    assert not segment.startswith(".")
    assert segment.isascii()
    stream = StreamId("coinbase", product)
    assert StreamId.of_checkpoint_key(stream.checkpoint_key) == stream


@given(TIMES_US, TIMES_US)
def test_stamps_sort_as_time_does(a: int, b: int) -> None:
    assert unstamp(stamp(a)) == a
    assert (stamp(a) < stamp(b)) == (a < b)


@pytest.mark.parametrize(
    "text",
    [
        "20260230T000000000000Z",
        "20260101T240000000000Z",
        "20260101T000060000000Z",
        "20260101T00000000000Z",
        "20260101 000000000000Z",
        "20260101T000000000000+",
        "202601 1T000000000000Z",
        "",
    ],
)
def test_a_time_that_does_not_exist_or_is_spelt_otherwise_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unstamp(text)


@pytest.mark.parametrize("product", ["", "x" * 129, "BTC\nUSD", "\x00"])
def test_what_is_no_product_id_is_refused(product: str) -> None:
    with pytest.raises(ConfigError, match="not usable as a product id"):
        encode(product)


@pytest.mark.parametrize("name", ["x.jsonl", "20260101T000000000000Z_abc_1_2_2.jsonl.zst", "readme"])
def test_a_foreign_name_is_an_integrity_error(name: str) -> None:
    with pytest.raises(IntegrityError, match="not the name of a raw object"):
        RawName.parse(name)


def test_a_time_that_does_not_exist_is_found() -> None:
    name = RawName(created_us=0, uuid=str(uuid.uuid4()), first=1, last=2, count=2)
    with pytest.raises(IntegrityError, match="bad time"):
        RawName.parse(str(name).replace("19700101", "19701399"))


def test_the_layout_is_the_one_that_was_promised() -> None:
    stream = StreamId("coinbase", "BTC/USD")
    assert stream.raw_prefix == "raw_coinbase_trades/BTC%2FUSD/"
    assert stream.checkpoint_key == "checkpoints/coinbase_trades/BTC%2FUSD.json"
    assert lease_key("a/b") == "locks/a%2Fb.json"
    assert trade_date(1_463_065_201_029_241) == "2016-05-12"
    name = RawName(created_us=1_463_065_201_029_241, uuid="u" * 36, first=7, last=9, count=3)
    assert str(name).startswith("20160512T150001029241Z_")
    assert str(name).endswith("_00000000000000000007_00000000000000000009_3.jsonl.zst")


def test_a_batch_has_the_same_name_whoever_writes_it() -> None:
    plan = str(uuid.uuid4())
    assert batch_uuid(plan, 1, 9) == batch_uuid(plan, 1, 9)
    assert len({batch_uuid(plan, 1, 9), batch_uuid(plan, 1, 8), batch_uuid(str(uuid.uuid4()), 1, 9)}) == 3


@given(version=st.integers(1, 99), generation=st.integers(1, 99))
def test_folders_are_read_as_they_are_printed(version: int, generation: int) -> None:
    folder = DayFolder(version, "2024-02-29", generation)
    assert DayFolder.parse(str(folder)) == folder
    assert DayFolder.parse(str(folder).removesuffix("/")) == folder
    assert version_of(version_prefix(version)) == version
    assert str(folder).startswith(version_prefix(version))


def test_of_two_folders_of_a_day_the_newer_is_the_greater() -> None:
    day = "2024-01-01"
    assert DayFolder(1, day, 2) < DayFolder(1, day, 10) < DayFolder(2, day, 1)


@pytest.mark.parametrize(
    "text", ["", "unified_trades/v1/trade_date=2024-01-01/", "s3://b/unified_trades/v1/"]
)
def test_other_folders_are_refused(text: str) -> None:
    with pytest.raises(IntegrityError):
        DayFolder.parse(text)
    with pytest.raises(IntegrityError):
        version_of(text)
