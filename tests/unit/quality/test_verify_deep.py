from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.quality.conftest import Lake

    from schemahub._quality.checks import Check

    Findings = Callable[..., dict[str, Check]]


def test_a_cut_off_object_is_named(lake: Lake, findings: Findings) -> None:
    stored = lake.objects()[1]
    lake.replace(stored.key, lake.store.get(stored.key).data[:-4])
    assert not findings(lake.verify())
    check = findings(lake.verify(deep=True))["raw content"]
    assert stored.key in check.evidence
    assert "cannot be decompressed" in check.evidence


def test_an_object_with_a_line_too_few_is_named(lake: Lake, findings: Findings) -> None:
    stored = lake.objects()[1]
    lake.fill(stored, range(stored.name.first, stored.name.last))
    check = findings(lake.verify(deep=True))["raw content"]
    assert stored.key in check.evidence
    assert "expected 7, found 6" in check.evidence


def test_a_line_that_is_another_trade_is_named(lake: Lake, findings: Findings) -> None:
    stored = lake.objects()[1]
    assert (stored.name.first, stored.name.last) == (10, 16)
    lake.fill(stored, [10, 11, 13, 12, 14, 15, 16])
    check = findings(lake.verify(deep=True))["raw content"]
    assert f"{stored.key}: lines of other trades at 12..13 (2 positions)" in check.evidence


def test_every_object_is_read_though_one_is_damaged(lake: Lake, findings: Findings) -> None:
    for stored in lake.objects()[:2]:
        lake.replace(stored.key, b"")
    evidence = findings(lake.verify(deep=True))["raw content"].evidence
    assert all(stored.key in evidence for stored in lake.objects()[:2])
    assert "1..16 (16 positions)" in findings(lake.verify(deep=True))["table content"].evidence


def test_trades_out_of_time_order_are_told(empty: Lake, findings: Findings) -> None:
    empty.late = {25}
    empty.backfill(1, 40)
    empty.transform()
    result = empty.verify(deep=True)
    assert result.complete
    assert findings(result, "note")["time order"].evidence.startswith("1 trade older than the one before")


def test_without_a_mapping_deep_proves_nothing(lake: Lake, findings: Findings) -> None:
    lake.mapping = "exchange: other"
    assert "nothing was read" in findings(lake.verify(deep=True))["raw content"].evidence
