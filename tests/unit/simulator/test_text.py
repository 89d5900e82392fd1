from __future__ import annotations

import json
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemahub.testing import TextStyle
from schemahub.testing.simulator import Trade
from schemahub.times import iso_to_ns

DAY = 1_463_065_201 * 10**9  # 2016-05-12T15:00:01Z


def test_a_row_is_spelt_as_its_era_spelt_it() -> None:
    trade = Trade(8408015, DAY + 29_241_000, "buy", 45_365_000_000, 4_200_000)
    assert TextStyle().line(trade) == (
        b'{"trade_id":8408015,"side":"buy","size":"0.04200000","price":"453.65000000",'
        b'"time":"2016-05-12T15:00:01.029241Z"}'
    )
    old = TextStyle(keys="old", decimals="trim").line(trade)
    assert list(json.loads(old)) == ["time", "trade_id", "price", "size", "side"]
    assert json.loads(old)["price"] == "453.65"


@pytest.mark.parametrize(
    ("style", "nanoseconds", "text"),
    [
        ("micro_trim", 29_750_000, "01.02975Z"),
        ("micro_trim", 0, "01Z"),
        ("micro_pad", 29_750_000, "01.029750Z"),
        ("milli_trim", 120_999_000, "01.12Z"),
        ("milli_trim", 999_000, "01Z"),
    ],
)
def test_fractions_have_as_many_digits_as_the_style_gives(
    style: Literal["micro_trim", "micro_pad"], nanoseconds: int, text: str
) -> None:
    assert TextStyle(time=style).time_text(DAY + nanoseconds) == f"2016-05-12T15:00:{text}"


@pytest.mark.parametrize(
    ("value", "text"), [(1, "0.00000001"), (3_000_000_000_000, "30000"), (1_000_000_000, "10")]
)
def test_trimmed_decimals_keep_their_value(value: int, text: str) -> None:
    assert TextStyle(decimals="trim").decimal_text(value) == text


@given(st.integers(0, 4_000_000_000_000_000), st.sampled_from(["micro_trim", "micro_pad"]))
def test_a_printed_time_reads_back(microseconds: int, style: Literal["micro_trim", "micro_pad"]) -> None:
    time_ns = microseconds * 1000
    assert iso_to_ns(TextStyle(time=style).time_text(time_ns)) == time_ns
