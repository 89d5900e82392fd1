from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from schemahub._clock import Stop
from schemahub.checkpoint import Plan, PlanKind, Watermark
from schemahub.errors import Cancelled, ConfigError
from schemahub.layout import StreamId
from schemahub.raw_sink import RawBatch
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.quality.conftest import Lake

    from schemahub._quality.checks import Check

    Findings = Callable[..., dict[str, Check]]

ETH = StreamId("tiny", "ETH-USD")


def spans(*pairs: tuple[int, int]) -> SpanSet:
    return SpanSet.of(Span(*pair) for pair in pairs)


@pytest.mark.parametrize("deep", [False, True])
def test_a_sound_lake_passes_and_the_headline_says_how_it_was_looked_at(
    lake: Lake, findings: Findings, *, deep: bool
) -> None:
    result = lake.verify(deep=deep)
    assert result.complete
    assert not findings(result) | findings(result, "warning") | findings(result, "note")
    means = "raw content and table" if deep else "raw names and table"
    assert result.headline() == f"verified by {means}: 40 trades of 1 product, none missing, none twice"
    (proof,) = result.products
    assert (proof.positions, proof.batches, proof.rows) == (spans((1, 40)), 7, 40)
    assert (proof.overlaps, proof.open_gaps, proof.known_gaps, proof.requested) == (0, 0, 0, 0)
    assert proof.verdict == "complete"


def test_it_writes_nothing_and_gives_the_same_result_again(lake: Lake) -> None:
    before = [(info, lake.store.get(info.key)) for info in lake.store.list("")]
    first, second = lake.verify(deep=True), lake.verify(deep=True)
    assert first == second
    assert before == [(info, lake.store.get(info.key)) for info in lake.store.list("")]


def test_a_lake_without_a_table_is_proved_by_raw_alone(empty: Lake, findings: Findings) -> None:
    empty.ingest()
    result = empty.verify()
    assert result.complete
    assert "by raw names (no table yet)" in result.headline()
    assert set(findings(result, "note")) == {"table"}


def test_an_empty_lake_is_no_proof(empty: Lake) -> None:
    assert not empty.verify().complete
    assert empty.verify().headline() == "NOT complete: there is nothing to verify"


def test_a_deleted_raw_object_is_missing_from_what_is_covered(lake: Lake, findings: Findings) -> None:
    lake.store.delete(lake.objects()[0].key)
    result = lake.verify()
    assert not result.complete
    assert set(findings(result)) == {"stored", "from raw"}
    assert "1..9 (9 positions)" in findings(result)["stored"].evidence
    assert result.headline().startswith("NOT complete: tiny/BTC-USD: covered, and in no raw object: 1..9")


def test_overlapping_objects_are_named_and_the_table_is_still_exact(lake: Lake, findings: Findings) -> None:
    name = lake.add(5, 7)
    result = lake.verify()
    warnings = findings(result, "warning")
    assert set(warnings) == {"overlaps"}
    assert "5..7 (3 positions)" in warnings["overlaps"].evidence
    assert str(name) in warnings["overlaps"].evidence
    assert str(lake.objects()[0].name) in warnings["overlaps"].evidence
    assert result.complete
    assert result.headline().endswith("none missing, 3 twice in raw, once in the table; 1 warning")
    assert result.products[0].overlaps == 3


def test_an_object_inside_an_earlier_long_one_is_seen_behind_a_short_one(
    lake: Lake, findings: Findings
) -> None:
    lake.add(1, 40)
    lake.add(33, 34, later_us=2)
    assert "1..40 (40 positions)" in findings(lake.verify(), "warning")["overlaps"].evidence


def test_a_name_that_counts_wrongly_fails(lake: Lake, findings: Findings) -> None:
    stored = lake.objects()[0]
    wrong = RawBatch(stream=lake.btc, name=dataclasses.replace(stored.name, count=8), data=b"")
    lake.store.delete(stored.key)
    lake.raw.put(wrong)
    assert str(wrong.name) in findings(lake.verify())["names"].evidence


def test_a_foreign_object_fails_its_product_and_the_others_go_on(lake: Lake, findings: Findings) -> None:
    lake.ingest("ETH-USD")
    lake.transform()
    lake.store.put_new(f"{lake.btc.raw_prefix}zz.tmp", b"")
    result = lake.verify()
    assert "foreign object" in findings(result)["names"].evidence
    assert [proof.verdict == "complete" for proof in result.products] == [False, True]


def test_objects_that_nothing_knows_are_a_warning(lake: Lake, findings: Findings) -> None:
    lake.add(60, 61)
    warning = findings(lake.verify(), "warning")["known"]
    assert "60..61 (2 positions)" in warning.evidence


def test_objects_of_the_live_plan_may_be_ahead_of_the_checkpoint(lake: Lake, findings: Findings) -> None:
    created_us = lake.add(41, 45).created_us
    plan = Plan(
        id=str(UUID(int=9)),
        kind=PlanKind.LIVE,
        span=Span(41, 50),
        created_us=created_us,
        batch_size=10,
        codec="zst",
    )
    lake.edit(lambda known: dataclasses.replace(known, plan=plan))
    lake.transform()
    result = lake.verify()
    assert result.complete
    assert "41..45 (5 positions)" in findings(result, "note")["known"].evidence


def test_a_missing_checkpoint_fails(lake: Lake, findings: Findings) -> None:
    lake.store.delete(lake.btc.checkpoint_key)
    check = findings(lake.verify())["checkpoint"]
    assert check.evidence == "the checkpoint is missing"
    assert "next ingest rebuilds it" in check.hint


def test_another_lakes_checkpoint_is_told_as_such(lake: Lake, findings: Findings) -> None:
    newest = lake.checkpoint().newest
    assert newest is not None
    foreign = newest.replace(newest[:8], "20990101")
    lake.edit(lambda known: dataclasses.replace(known, newest=foreign))
    result = lake.verify()
    assert set(findings(result)) == {"checkpoint"}
    assert "seems to be another lake's" in findings(result)["checkpoint"].evidence


def test_a_checkpoint_copied_from_another_product_fails(lake: Lake, findings: Findings) -> None:
    lake.ingest("ETH-USD")
    lake.transform()
    lake.replace(lake.btc.checkpoint_key, lake.store.get(ETH.checkpoint_key).data)
    result = lake.verify()
    assert set(findings(result)) == {"checkpoint"}
    assert lake.btc.checkpoint_key in findings(result)["checkpoint"].evidence


def test_a_watermark_that_points_at_nothing_fails(lake: Lake, findings: Findings) -> None:
    ahead = Watermark(position=99, time_ns=None)
    lake.edit(lambda known: dataclasses.replace(known, watermark=ahead))
    assert set(findings(lake.verify())) == {"watermark"}


def test_requested_ranges_fail_with_the_command_that_fetches_them(lake: Lake, findings: Findings) -> None:
    lake.edit(lambda known: dataclasses.replace(known, requested=spans((50, 52))))
    result = lake.verify()
    assert set(findings(result)) == {"requested"}
    assert "50..52 (3 positions)" in findings(result)["requested"].evidence
    assert "backfill --fill-gaps" in findings(result)["requested"].hint
    assert result.products[0].requested == 3


def test_ranges_that_nobody_asked_for_are_no_fault(empty: Lake, findings: Findings) -> None:
    empty.backfill(1, 10)
    empty.backfill(31, 40)
    result = empty.verify()
    assert result.complete
    assert "11..30 (20 positions)" in findings(result, "note")["never asked for"].evidence


def test_an_open_gap_fails_whatever_is_allowed(empty: Lake, findings: Findings) -> None:
    empty.missing = {14, 15}
    empty.backfill(1, 40)
    result = empty.verify(allow_confirmed=True)
    assert set(findings(result)) == {"gaps"}
    assert "open, not served so far: 14..15 (2 positions)" in findings(result)["gaps"].evidence
    assert result.products[0].open_gaps == 2


def test_a_confirmed_gap_fails_unless_it_is_allowed(empty: Lake, findings: Findings) -> None:
    empty.missing = {14}
    empty.backfill(1, 40)
    for _ in range(2):
        empty.engine().recheck()
        empty.clock.advance(90)
    assert "confirmed" in findings(empty.verify())["gaps"].evidence
    allowed = empty.verify(allow_confirmed=True)
    assert allowed.complete
    assert "none missing but 1 that the exchange does not serve" in allowed.headline()


def test_a_repair_that_the_checkpoint_has_not_heard_of_is_no_gap(empty: Lake, findings: Findings) -> None:
    empty.missing = {14}
    empty.backfill(1, 40)
    empty.add(14, 14)
    assert not findings(empty.verify())


def test_only_the_chosen_products_are_looked_at(lake: Lake, findings: Findings) -> None:
    lake.ingest("ETH-USD")
    lake.store.delete(lake.objects()[0].key)
    assert not lake.verify().complete
    result = lake.verify(exchange="tiny", products=["ETH-USD"])
    assert [proof.stream for proof in result.products] == [ETH]
    assert set(findings(result)) == {"transformed"}
    with pytest.raises(ConfigError, match="Did you mean BTC-USD"):
        lake.verify(products=["BTC-USDT"])


def test_a_stop_ends_it(lake: Lake) -> None:
    stop = Stop()
    stop.set("enough")
    with pytest.raises(Cancelled, match="enough"):
        lake.verify(deep=True, stop=stop)
