"""Which state of the table is read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import schemahub
from schemahub._query.as_of import Moment
from schemahub.errors import ConfigError


@pytest.mark.parametrize("given", [7041, "7041"])
def test_a_number_is_a_snapshot(given: int | str) -> None:
    found = Moment.parse(given)
    assert (found.token, found.time_us) == ("7041", None)


@pytest.mark.parametrize("given", ["2026-01-01", datetime(2026, 1, 1, tzinfo=UTC)])
def test_everything_else_is_a_time(given: str | datetime) -> None:
    assert Moment.parse(given) == Moment(time_us=1_767_225_600_000_000)


def test_a_table_that_keeps_its_present_alone_says_so() -> None:
    with pytest.raises(ConfigError, match="keeps no earlier states"):
        schemahub.open("memory://as-of").trades(as_of="2026-01-01").to_arrow()
