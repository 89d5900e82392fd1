from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemahub.errors import ConfigError
from schemahub.times import parse_duration, parse_time

DAY_NS = 86_400 * 10**9


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("6h", 21_600), ("7d", 604_800), ("2w", 1_209_600), ("1d12h", 129_600)],
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds * 10**9


@pytest.mark.parametrize("text", ["", "6", "h", "6 h", "-6h", "0h", "6h!", "6H", "1.5h"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="not a duration"):
        parse_duration(text)


def test_a_bare_date_is_midnight_utc() -> None:
    assert parse_time("1970-01-02") == DAY_NS


def test_a_zone_is_honoured() -> None:
    assert parse_time("1970-01-02T01:00:00+01:00") == DAY_NS
    assert parse_time("1970-01-02T00:00:00Z") == DAY_NS


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00", "2026-01-01 12:00", "20260101"])
def test_a_time_of_day_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="needs a zone"):
        parse_time(text)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "2026-13-01", "2026-1-1"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="not a time"):
        parse_time(text)


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants naive
def test_every_microsecond_survives(moment: datetime) -> None:
    since_epoch = moment - datetime(1970, 1, 1, tzinfo=UTC)
    assert parse_time(moment.isoformat()) == since_epoch // timedelta(microseconds=1) * 1_000
