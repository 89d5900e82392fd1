"""What `status --quality` finds, and what it leaves alone."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from schemahub._clock import Stop
from schemahub._quality.quality import QualityJob, quality
from schemahub.settings import QualitySettings
from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from tests.unit.quality.conftest import Lake

    from schemahub._quality.checks import Check
    from schemahub._quality.quality_result import QualityResult

DAY_NS = 86_400_000_000_000
START_NS = 1_704_067_200_000_000_000
PER_DAY = 12


def judged(lake: Lake, *, strict: bool = False, **settings: Any) -> QualityResult:  # noqa: ANN401 - any setting
    job = QualityJob(source=lake.source, settings=QualitySettings(**settings), clock=lake.clock, stop=Stop())
    return quality(job, strict=strict)


def checks(result: QualityResult) -> dict[str, Check]:
    (product,) = result.products
    every = (*product.checks, *(check for each in result.exchanges for check in each.checks))
    return {check.name: check for check in every}


def state(result: QualityResult, name: str) -> str:
    return checks(result)[name].state.value


def month(lake: Lake, per_day: dict[int, int] | None = None, days: int = 40) -> Lake:
    """Fetch and transform days of twelve trades each, all at 100; of other counts where `per_day` says so."""
    position = 0
    for day in range(days):
        count = (per_day or {}).get(day, PER_DAY)
        for number in range(count):
            position += 1
            lake.times_ns[position] = START_NS + day * DAY_NS + number * DAY_NS // count
            lake.prices.setdefault(position, "100")
    lake.head = position
    lake.clock = FakeClock(START_NS + days * DAY_NS)
    lake.ingest()
    lake.transform()
    return lake


def test_an_ordinary_month_has_nothing_unusual(empty: Lake) -> None:
    result = judged(month(empty))
    assert result.complete
    assert judged(empty, strict=True).complete
    assert result.headline() == "1 product, 30 days: nothing unusual"
    assert {check.state.value for check in checks(result).values()} == {"ok"}
    (product,) = result.products
    assert [product.days[0].trade_date, product.days[-1].trade_date] == ["2024-01-11", "2024-02-09"]
    assert {(day.trades, day.quantity) for day in product.days} == {(12, 30.0)}


def test_a_busy_day_and_a_quiet_one_are_warnings(empty: Lake) -> None:
    result = judged(month(empty, {20: 150, 30: 2}))
    assert result.complete
    assert not judged(empty, strict=True).complete
    evidence = checks(result)["volume"].evidence
    assert "2024-01-21 (trades +" in evidence
    assert "2024-01-31 (trades -" in evidence


def test_a_day_without_trades_is_a_quiet_one(empty: Lake) -> None:
    evidence = checks(judged(month(empty, {30: 0})))["volume"].evidence
    assert evidence.startswith("robust deviations from the days before: 2024-01-31 (trades -")


def test_half_a_day_is_not_compared(empty: Lake) -> None:
    result = judged(month(empty, {39: 1}))
    assert state(result, "volume") == "ok"
    newest = result.products[0].days[-1]
    assert (newest.trades_deviation, newest.quantity_deviation) == (None, None)


def test_too_few_days_are_not_judged(empty: Lake) -> None:
    result = judged(month(empty, days=6))
    assert state(result, "volume") == "note"
    assert judged(empty, strict=True).complete


def test_only_the_newest_days_are_judged(empty: Lake) -> None:
    month(empty, {20: 150})
    assert state(judged(empty, days=10), "volume") == "ok"
    assert len(judged(empty, days=10).products[0].days) == 10
    assert state(judged(empty, days=25), "volume") == "warning"


def test_a_lone_price_is_named_with_its_trade_and_its_neighbours(empty: Lake) -> None:
    empty.prices[400] = "180"
    result = judged(month(empty))
    assert checks(result)["price"].state.value == "warning"
    assert checks(result)["price"].evidence == (
        "1 price more than 10% from the trades around; the farthest: "
        "180 among 100 (trade 400, 2024-02-03T06:00:00Z)"
    )
    (day,) = (day for day in result.products[0].days if day.spikes)
    assert (day.trade_date, day.greatest_price, day.least_price) == ("2024-02-03", 180.0, 100.0)
    assert state(judged(empty, price_jump=0.9), "price") == "ok"


def test_the_window_of_prices_goes_on_from_file_to_file(empty: Lake) -> None:
    # The last trade of its day, and so of its file: seven others are before it, the rest is in the next.
    empty.prices[396] = "180"
    assert state(judged(month(empty)), "price") == "warning"


def test_the_very_last_trades_are_looked_at_too(empty: Lake) -> None:
    empty.prices[479] = "180"
    assert state(judged(month(empty)), "price") == "warning"


def test_prices_that_move_for_good_are_not_unusual(empty: Lake) -> None:
    empty.prices.update(dict.fromkeys(range(400, 600), "150"))
    assert state(judged(month(empty)), "price") == "ok"


def test_prices_and_quantities_that_make_no_sense_fail(empty: Lake) -> None:
    empty.prices[400] = "0"
    empty.prices[440] = "-3"
    result = judged(month(empty))
    assert not result.complete
    assert checks(result)["values"].evidence.startswith("2 trades with a price or a quantity")
    assert state(result, "price") == "ok"


def test_trades_of_the_future_fail(empty: Lake) -> None:
    month(empty)
    empty.clock = FakeClock(empty.clock.now_ns() - DAY_NS)
    result = judged(empty)
    assert checks(result)["times"].evidence.startswith("11 trades of the future")


def test_doubled_ids_fail(empty: Lake) -> None:
    month(empty)
    key = max(file.key for file in empty.table.snapshot().files)
    empty.rewrite(key, lambda rows: pa.concat_tables([rows, rows.slice(2, 1)]))
    assert not judged(empty).complete
    assert state(judged(empty), "once") == "failed"


def test_a_product_that_is_not_fetched_any_more_is_late(empty: Lake) -> None:
    month(empty)
    empty.clock.advance(9 * 3600)
    assert judged(empty).complete
    empty.clock.advance(4 * 3600)
    result = judged(empty)
    assert not result.complete
    assert (
        checks(result)["freshness"].evidence
        == "the newest trade fetched is 15 h 1 min old, more than 12 h 0 min"
    )
    assert state(result, "table lag") == "ok"
    assert judged(empty, freshness_limit="2d").complete


def test_a_table_that_is_behind_raw_is_late(empty: Lake) -> None:
    month(empty)
    empty.head += 12
    for number in range(12):
        empty.times_ns[empty.head - 11 + number] = START_NS + 40 * DAY_NS + number * DAY_NS // 12
    empty.clock.advance(86_400)
    empty.ingest()
    result = judged(empty)
    assert state(result, "freshness") == "ok"
    assert checks(result)["table lag"].hint == "Run: schemahub transform"
    assert state(result, "table lag") == "failed"


def test_a_backfill_alone_is_never_late(empty: Lake) -> None:
    empty.backfill(1, 40)
    empty.transform()
    assert state(judged(empty), "freshness") == "note"
    assert "table lag" not in checks(judged(empty))


def test_fields_that_the_mapping_does_not_name_are_a_warning(empty: Lake) -> None:
    month(empty)
    empty.mapping = empty.mapping.replace("{from: price, type: decimal}", '{value: "1", type: decimal}')
    result = judged(empty)
    assert result.complete
    assert "does not name: price" in checks(result)["drift"].evidence


def test_a_mapping_that_is_wrong_is_a_warning_and_the_rest_is_judged(empty: Lake) -> None:
    month(empty)
    empty.mapping = "exchange: other"
    result = judged(empty)
    assert "could not be looked at" in checks(result)["drift"].evidence
    assert state(result, "volume") == "ok"


def test_quarantined_trades_are_a_warning(empty: Lake) -> None:
    empty.bad = {400}
    result = judged(month(empty))
    assert checks(result)["quarantine"].evidence == "1 trade made no row"


def test_holed_days_are_a_warning_and_not_compared(empty: Lake) -> None:
    empty.missing = {400}
    result = judged(month(empty))
    assert "2024-02-03" in checks(result)["days"].evidence
    assert state(result, "volume") == "ok"


def test_a_checkpoint_that_cannot_be_read_fails_its_product_alone(lake: Lake) -> None:
    lake.ingest("ETH-USD")
    lake.transform()
    lake.replace(lake.btc.checkpoint_key, b"{")
    result = judged(lake)
    assert not result.complete
    assert [len(product.days) > 0 for product in result.products] == [False, True]


def test_nothing_to_judge_is_not_well(empty: Lake) -> None:
    assert not judged(empty).complete
    assert judged(empty).headline() == "there is nothing to judge"


def test_before_the_first_transform_only_lateness_is_judged(empty: Lake) -> None:
    empty.ingest()
    result = judged(empty)
    assert state(result, "table lag") == "failed"
    assert not result.products[0].days


def test_it_prints_and_serialises(empty: Lake) -> None:
    empty.prices[400] = "180"
    result = judged(month(empty))
    body = json.loads(json.dumps(result.document()))
    assert body["products"][0]["days"][-7]["worst"]["trade_id"] == "400"
    assert "tiny/BTC-USD  price  warning" in str(result)
    assert "trade 400" in result._repr_html_()


@pytest.mark.parametrize("files", [1, 3])
def test_a_file_may_hold_several_symbols(empty: Lake, files: int) -> None:
    for _ in range(files):
        month(empty)
        empty.ingest("ETH-USD")
        empty.transform()
        empty.head += 1
        empty.times_ns[empty.head] = START_NS + 40 * DAY_NS
        empty.prices[empty.head] = "100"
    result = judged(empty)
    assert len(result.products) == 2
    assert {day.trades for product in result.products for day in product.days[:-1]} == {12}
    assert dataclasses.asdict(result.products[0])["checks"]
