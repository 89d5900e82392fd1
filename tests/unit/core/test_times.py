"""ISO 8601 with any fraction, to the last digit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import hypothesis.strategies as st
import pytest
from hypothesis import given

from schemahub.errors import RetryableError
from schemahub.times import datetime_to_ns, iso_to_ns, ns_to_iso


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("2016-05-12T15:00:01.029241Z", 1_463_065_201_029_241_000),
        ("2016-05-12T15:00:01.02975Z", 1_463_065_201_029_750_000),
        ("2016-05-12T15:00:01Z", 1_463_065_201_000_000_000),
        ("2016-05-12T15:00:01.123456789Z", 1_463_065_201_123_456_789),
        ("2016-05-12 16:00:01.5+01:00", 1_463_065_201_500_000_000),
        ("2016-05-12 15:00:01.5+00", 1_463_065_201_500_000_000),
        ("1969-12-31T23:59:59.5Z", -500_000_000),
    ],
)
def test_every_fraction(text: str, ns: int) -> None:
    assert iso_to_ns(text) == ns


@pytest.mark.parametrize("text", ["", "now", "2016-05-12T15:00:01", "2016-02-30T00:00:00Z", "2016-05-12"])
def test_what_is_no_time_is_a_damaged_body(text: str) -> None:
    with pytest.raises(RetryableError, match="not a time"):
        iso_to_ns(text)


@given(st.integers(0, 4_000_000_000_000_000))
def test_printing_and_reading_are_inverses(time_us: int) -> None:
    assert iso_to_ns(ns_to_iso(time_us * 1_000)) == time_us * 1_000


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        datetime_to_ns(datetime(2026, 1, 1))  # noqa: DTZ001 - this is the point
    eastern = timezone(timedelta(hours=-5))
    assert datetime_to_ns(datetime(2026, 1, 1, tzinfo=eastern)) == datetime_to_ns(
        datetime(2026, 1, 1, 5, tzinfo=UTC)
    )
