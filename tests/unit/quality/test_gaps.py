from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from schemahub.checkpoint import GapState
from schemahub.layout import StreamId
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from tests.unit.quality.conftest import Lake


def test_a_gap_is_listed_with_its_history(empty: Lake) -> None:
    empty.missing = {14, 15}
    empty.backfill(1, 40)
    empty.engine().recheck()
    (gap,) = empty.gaps().gaps
    assert (gap.span, gap.count, gap.state, gap.reads) == (Span(14, 15), 2, GapState.OPEN, 2)
    assert (gap.first_seen, gap.last_read) == ("2026-01-01T00:00:00Z", "2026-01-01T00:01:30Z")
    assert not empty.gaps().complete
    assert empty.gaps().headline() == "1 gap with 2 trades, 1 open"


def test_a_confirmed_gap_is_listed_and_leaves_nothing_to_do(empty: Lake) -> None:
    empty.missing = {14}
    empty.backfill(1, 40)
    for _ in range(2):
        empty.engine().recheck()
        empty.clock.advance(90)
    assert empty.gaps().complete
    assert [gap.state for gap in empty.gaps().gaps] == [GapState.CONFIRMED]


def test_what_was_requested_and_not_fetched_is_listed(lake: Lake) -> None:
    wanted = SpanSet.of([Span(38, 52), Span(60, 60)])
    lake.edit(lambda known: dataclasses.replace(known, requested=wanted))
    result = lake.gaps(products=["BTC-USD"])
    assert not result.complete
    assert [(row.span, row.count) for row in result.requested] == [(Span(41, 52), 12), (Span(60, 60), 1)]
    assert "13 trades still to fetch: schemahub backfill --fill-gaps" in result.headline()
    assert json.loads(json.dumps(result.document()))["requested"][0]["span"] == [41, 52]


def test_a_gap_says_on_which_days_its_trades_were_made(empty: Lake) -> None:
    empty.missing = {14, 15, *range(23, 27)}
    empty.backfill(1, 40)
    assert [(gap.first_day, gap.last_day) for gap in empty.gaps().gaps] == [(None, None)] * 2
    empty.transform()
    inside, over_midnight = empty.gaps().gaps
    assert (inside.first_day, inside.last_day) == ("2024-01-02", "2024-01-02")
    assert (over_midnight.first_day, over_midnight.last_day) == ("2024-01-02", "2024-01-03")
    assert "2024-01-02 .. 2024-01-03" in str(empty.gaps())


def test_a_range_beyond_what_is_known_has_one_neighbour(lake: Lake) -> None:
    lake.edit(lambda known: dataclasses.replace(known, requested=SpanSet.of([Span(60, 70)])))
    (row,) = lake.gaps().requested
    assert (row.first_day, row.last_day) == ("2024-01-04", None)
    assert "from 2024-01-04" in str(lake.gaps())


def test_gaps_are_listed_though_the_table_is_damaged(empty: Lake) -> None:
    empty.missing = {14}
    empty.backfill(1, 40)
    empty.transform()
    empty.replace("unified_trades/v1/manifest.json", b"{}")
    assert [gap.first_day for gap in empty.gaps().gaps] == [None]


@pytest.mark.parametrize("damage", [b"{", b'{"schema": 99}'])
def test_gaps_of_the_others_are_listed_though_a_checkpoint_cannot_be_read(empty: Lake, damage: bytes) -> None:
    empty.missing = {14}
    empty.backfill(1, 40)
    broken = [StreamId("coinbase", product) for product in ("ADA-USD", "ETH-USD")]
    for stream in broken:
        empty.store.put_new(stream.checkpoint_key, damage)
    result = empty.gaps()
    assert [gap.span for gap in result.gaps] == [Span(14, 14)]
    assert [row.stream for row in result.unread] == broken
    assert broken[0].checkpoint_key in result.unread[0].error
    assert result.headline() == "1 gap with 1 trade, 1 open; 2 products not readable"
    assert result.next_steps() == ("schemahub verify", "schemahub gaps --recheck")
    assert result.unread[1].error in str(result)
    alone = empty.gaps(products=["ETH-USD"])
    assert (len(alone.unread), alone.gaps, alone.complete) == (1, (), False)


def test_a_lake_without_gaps_is_complete(lake: Lake, empty: Lake) -> None:
    assert lake.gaps().complete
    assert empty.gaps().complete
    assert lake.gaps().headline() == "0 gaps with 0 trades, 0 open"
