"""The condition of days, on lakes that the real engine filled: trade n is of hour 2n of 2024."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

from schemahub._ingest.plan import new_plan
from schemahub._quality.condition import condition, conditions
from schemahub._quality.day_state import DayState
from schemahub.checkpoint import Gap, GapState, PlanKind
from schemahub.errors import ConfigError
from schemahub.settings import IngestSettings
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from tests.unit.quality.conftest import Lake

    from schemahub._quality.condition_result import Condition


def of(lake: Lake, symbol: str = "BTC-USD") -> Condition:
    return condition(lake.source, symbol)


def states(found: Condition) -> str:
    """One letter a day."""
    return "".join(day.state.value[0] for day in found.days)


def filled(empty: Lake, first: int = 1, last: int = 40) -> Lake:
    empty.backfill(first, last)
    empty.transform()
    return empty


def test_every_day_but_the_newest_is_proved(lake: Lake) -> None:
    found = of(lake)
    assert [day.trade_date for day in found.days] == [f"2024-01-0{n}" for n in range(1, 5)]
    assert states(found) == "cccp"
    assert [day.trades for day in found.days] == [11, 12, 12, 5]
    assert found.days[-1].reason == "no later trade is known yet"
    assert found.complete
    assert found.headline() == (
        "tiny/BTC-USD: 3 of 4 days complete (proved), 1 pending; 2024-01-01 .. 2024-01-04"
    )


def test_no_file_is_opened(lake: Lake) -> None:
    for file in lake.table.snapshot().files:
        lake.replace(file.key, b"nobody looks here")
    assert states(of(lake)) == "cccp"


def test_an_open_gap_makes_its_day_holed(empty: Lake) -> None:
    empty.missing = {14, 15}
    found = of(filled(empty))
    assert states(found) == "chcp"
    assert (found.days[1].missing, found.days[1].reason) == (SpanSet.of([Span(14, 15)]), "an open gap")
    assert not found.complete


def test_a_confirmed_gap_is_a_hole_and_one_out_of_reach_its_own_state(empty: Lake) -> None:
    empty.missing = {14}
    filled(empty)
    for _ in range(2):
        empty.engine().recheck()
        empty.clock.advance(90)
    assert of(empty).days[1].reason == "a confirmed gap"
    empty.missing = set(range(10, 20))
    empty.engine().recheck()
    found = of(empty)
    assert states(found) == "cocp"
    assert found.complete
    assert "1 out of reach" in found.headline()


def test_a_hole_over_midnight_is_told_of_both_days(empty: Lake) -> None:
    empty.missing = {11, 12}
    found = of(filled(empty))
    assert states(found) == "hhcp"
    assert found.days[0].missing == found.days[1].missing == SpanSet.of([Span(11, 12)])


def test_raw_that_waits_for_the_transform_is_pending_up_to_the_watermark(lake: Lake) -> None:
    lake.head = 70
    lake.ingest()
    found = of(lake)
    assert states(found) == "cccppp"
    assert found.days[3].reason == "stored, not yet in the table"
    assert found.days[-1].trade_date == "2024-01-06"
    assert found.days[-1].reason == "stored, not yet in the table; no later trade is known yet"


def test_an_unfinished_backfill_is_a_hole(lake: Lake) -> None:
    lake.edit(lambda known: dataclasses.replace(known, requested=SpanSet.of([Span(41, 60)])))
    assert states(of(lake)) == "ccch"
    assert of(lake).days[-1].missing == SpanSet.of([Span(41, 60)])


def test_where_history_begins_in_the_middle_nothing_is_proved_of_that_day(empty: Lake) -> None:
    found = of(filled(empty, 14, 40))
    assert states(found) == "pcp"
    assert found.days[0].reason == "earlier trades were never asked for"
    assert not found.days[0].missing


def test_days_between_two_backfills_were_never_asked_for(empty: Lake) -> None:
    empty.head = 100
    filled(empty, 1, 15)
    found = of(filled(empty, 50, 60))
    assert states(found) == "cppppp"
    assert {day.reason for day in found.days[1:4]} == {"never asked for"}
    assert found.days[2].missing == SpanSet.of([Span(16, 49)])
    assert found.complete


def test_quarantined_trades_are_known(empty: Lake) -> None:
    empty.bad = {11, 12, 20}
    found = of(filled(empty))
    assert states(found) == "cccp"
    assert sum(day.trades for day in found.days) == 37


def test_late_trades_on_the_wrong_side_of_midnight_are_no_hole(empty: Lake) -> None:
    empty.late = {12, 13}
    assert states(of(filled(empty))) == "cccp"


def test_a_hole_in_an_interleaved_day_is_looked_up(empty: Lake) -> None:
    # Trade 13 is three hours late, so the first day's ids reach over 12, which is of the second.
    empty.late = {13}
    empty.missing = {18}
    assert states(of(filled(empty))) == "chcp"


def test_a_manifest_of_an_older_version_is_read_by_its_files(lake: Lake) -> None:
    for file in lake.table.snapshot().files:
        symbols = (dataclasses.replace(part, least_id=None, greatest_id=None) for part in file.symbols)
        lake.remanifest(file.key, symbols=tuple(symbols))
    assert states(of(lake)) == "cccp"


def test_a_lost_checkpoint_is_made_up_from_the_names(empty: Lake) -> None:
    empty.missing = {14}
    filled(empty)
    empty.store.delete(empty.btc.checkpoint_key)
    found = of(empty)
    assert states(found) == "chcp"
    assert found.days[1].reason == "asked for, not yet fetched"


def test_a_checkpoint_that_cannot_be_read_fails_its_product_alone(lake: Lake) -> None:
    lake.ingest("ETH-USD")
    lake.transform()
    lake.replace(lake.btc.checkpoint_key, b"{")
    found = conditions(lake.source)
    assert [product.complete for product in found.products] == [False, True]
    assert lake.btc.checkpoint_key in str(found)


def test_nothing_in_the_table_is_no_proof(empty: Lake) -> None:
    empty.backfill(1, 40)
    assert not of(empty).days
    assert not of(empty).complete
    assert "run schemahub transform" in of(empty).headline()


@pytest.mark.parametrize("head", [0, 40])
def test_a_product_of_which_the_exchange_has_nothing_is_no_mistake(empty: Lake, head: int) -> None:
    empty.head = head
    empty.backfill(50, 60)
    found = of(empty)
    assert (found.days, found.empty, found.complete) == ((), True, True)
    assert found.headline() == "tiny/BTC-USD: no trades: the exchange has none of what was asked for"
    assert not found.next_steps()
    assert conditions(empty.source).complete
    empty.backfill(1, 40)
    assert of(empty).empty is (head == 0), "what is stored and not transformed is not nothing"


@pytest.mark.parametrize(
    "more",
    [
        {"requested": SpanSet.of([Span(1, 2)])},
        {"plan": new_plan(PlanKind.LIVE, Span(1, 2), IngestSettings(), 1)},
        {"gaps": (Gap(id="1", span=Span(1, 2), state=GapState.OPEN, seen_us=1, read_us=1),)},
    ],
)
def test_what_is_still_to_come_is_not_nothing(empty: Lake, more: dict[str, Any]) -> None:
    empty.backfill(50, 60)
    empty.edit(lambda known: dataclasses.replace(known, **more))
    assert (of(empty).empty, of(empty).complete) == (False, False)


def test_a_product_that_is_not_there_is_refused_with_a_suggestion(lake: Lake) -> None:
    with pytest.raises(ConfigError, match="Did you mean BTC-USD"):
        of(lake, "BTC-USDT")


def test_it_prints_runs_of_days_and_a_calendar(empty: Lake) -> None:
    empty.missing = {14, 15}
    text = str(of(filled(empty)))
    assert "2024-01-03  2024-01-03     1  complete      12" in text
    assert "14..15 (2 positions)  an open gap" in text
    assert "2024-01  #!#?..........................." in text
    assert "<td>an open gap</td>" in of(empty)._repr_html_()
    days = json.loads(json.dumps(conditions(empty.source).document()))["products"][0]["days"]
    assert days[1] == {
        "trade_date": "2024-01-02",
        "state": "holed",
        "trades": 10,
        "missing": [[14, 15]],
        "reason": "an open gap",
    }


def test_days_of_which_the_same_is_said_are_one_run(empty: Lake) -> None:
    empty.head = 200
    rows = of(filled(empty, 1, 200)).grids()[0].rows
    assert [row[1:5] for row in rows] == [
        ("2024-01-01", "2024-01-16", 16, "complete"),
        ("2024-01-17", "2024-01-17", 1, "pending"),
    ]


def test_all_products_are_counted_together(lake: Lake) -> None:
    lake.ingest("ETH-USD")
    lake.transform()
    result = conditions(lake.source)
    assert result.complete
    assert result.headline() == "2 products, 8 days: 6 complete, 2 pending"
    assert [each.count(DayState.COMPLETE) for each in result.products] == [3, 3]
