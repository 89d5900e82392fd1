from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from schemahub._quality.status import duration
from schemahub.checkpoint import Plan, PlanKind
from schemahub.spans import Span

if TYPE_CHECKING:
    from tests.unit.quality.conftest import Lake


def test_one_product_at_a_glance(lake: Lake) -> None:
    lake.head = 44
    lake.ingest()
    (row,) = lake.status().products
    assert (row.watermark, row.watermark_time) == (44, "2024-01-04T16:00:00Z")
    assert row.lag_seconds == lake.clock.now_ns() / 1e9 - 1_704_384_000
    assert (row.covered, row.table_rows, row.gaps, row.plan, row.error) == (44, 40, 0, None, None)
    assert row.raw_files == len(lake.objects())
    assert row.raw_bytes == sum(stored.size for stored in lake.objects())
    assert "44 trades of 1 product" in lake.status().headline()
    assert json.dumps(lake.status().document())


def test_an_unfinished_plan_says_how_far_it_is(lake: Lake) -> None:
    plan = Plan(
        id=str(UUID(int=9)),
        kind=PlanKind.BACKFILL,
        span=Span(31, 55),
        created_us=1,
        batch_size=10,
        codec="zst",
    )
    lake.edit(lambda known: dataclasses.replace(known, plan=plan))
    assert lake.status().products[0].plan == "backfill 31..55: 40 %"


def test_quarantined_trades_are_no_rows(empty: Lake) -> None:
    empty.bad = {5}
    empty.backfill(1, 40)
    empty.transform()
    assert empty.status().products[0].table_rows == 39


def test_a_product_that_cannot_be_read_says_why_and_the_others_are_shown(lake: Lake) -> None:
    lake.ingest("ETH-USD")
    lake.replace(lake.btc.checkpoint_key, b"{")
    broken, fine = lake.status().products
    assert lake.btc.checkpoint_key in (broken.error or "")
    assert (broken.covered, broken.watermark) == (40, None)
    assert (fine.error, fine.watermark) == (None, 40)


def test_an_empty_lake_has_an_overview_too(empty: Lake) -> None:
    assert empty.status().complete
    assert empty.status().headline() == "0 trades of 0 products, 0 bytes of raw"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0 s"),
        (59.9, "59 s"),
        (61, "1 min 1 s"),
        (3 * 3600 + 720, "3 h 12 min"),
        (86_400 * 800, "800 d 0 h"),
    ],
)
def test_time_spans_are_printed_in_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_gaps_are_counted_by_position(empty: Lake) -> None:
    empty.missing = {14, 15, 30}
    empty.backfill(1, 40)
    assert empty.status().products[0].gaps == 3
