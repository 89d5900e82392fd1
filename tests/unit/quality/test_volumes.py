from __future__ import annotations

import pytest

from schemahub._quality.volumes import deviations


def test_a_day_unlike_those_before_stands_out_and_does_not_hide_the_next() -> None:
    usual = [100.0, 120.0, 90.0, 110.0, 80.0, 105.0, 95.0, 100.0]
    found = deviations([*usual, 2_000.0, 100.0, 1.0], trailing=30, least=7)
    assert found[:7] == [None] * 7
    assert all(abs(each) < 2 for each in (found[7], found[9]) if each is not None)
    assert found[8] is not None
    assert found[8] > 10
    assert found[10] is not None
    assert found[10] < -10


def test_a_day_that_is_not_compared_counts_for_none() -> None:
    found = deviations([100.0, None, 100.0, 100.0, None, 300.0], trailing=30, least=3)
    assert found[:5] == [None] * 5
    assert found[5] == pytest.approx(1.0986 / 0.2, rel=1e-3)


def test_only_the_trailing_days_count() -> None:
    assert deviations([1.0] * 10 + [100.0] * 5, trailing=3, least=3)[-1] == 0
