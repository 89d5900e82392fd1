from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.quality.conftest import Lake

    from schemahub._quality.checks import Check

    Findings = Callable[..., dict[str, Check]]


def first_file(lake: Lake) -> str:
    """Return the table's first day: trades 1 to 11."""
    return min(file.key for file in lake.table.snapshot().files)


def test_raw_that_is_not_transformed_is_told_with_the_command(lake: Lake, findings: Findings) -> None:
    lake.head = 44
    lake.ingest()
    result = lake.verify()
    assert set(findings(result)) == {"transformed"}
    assert findings(result)["transformed"].evidence == "not yet in the table: 41..44 (4 positions)"
    assert "schemahub transform" in findings(result)["transformed"].hint


def test_a_deleted_file_is_named(lake: Lake, findings: Findings) -> None:
    lake.store.delete(first_file(lake))
    result = lake.verify()
    assert set(findings(result)) == {"files", "rows"}
    assert first_file(lake) in findings(result)["files"].evidence
    assert "no rows for 1..11 (11 positions)" in findings(result)["rows"].evidence


def test_a_damaged_file_is_named(lake: Lake, findings: Findings) -> None:
    lake.replace(first_file(lake), b"PAR1 or not")
    assert first_file(lake) in findings(lake.verify())["files"].evidence


def test_a_doubled_row_is_found_by_its_id(lake: Lake, findings: Findings) -> None:
    lake.rewrite(first_file(lake), lambda rows: pa.concat_tables([rows, rows.slice(3, 1)]))
    result = lake.verify()
    assert set(findings(result)) == {"files", "once", "order"}
    assert findings(result)["once"].evidence == "ids that the table has twice: 4 (1 position)"


def test_a_row_doubled_across_files_is_found(lake: Lake, findings: Findings) -> None:
    second = sorted(file.key for file in lake.table.snapshot().files)[1]
    stolen = lake.rows_of(first_file(lake)).slice(0, 2)
    lake.rewrite(second, lambda rows: pa.concat_tables([rows, stolen]))
    assert "1..2 (2 positions)" in findings(lake.verify())["once"].evidence
    assert "in the folder of" in findings(lake.verify())["files"].evidence


def test_a_row_swapped_for_a_stray_one_is_found_though_the_counts_agree(
    lake: Lake, findings: Findings
) -> None:
    def swap(rows: pa.Table) -> pa.Table:
        ids = ["99" if i == "4" else i for i in rows["trade_id"].to_pylist()]
        return rows.set_column(2, "trade_id", pa.array(ids))

    lake.rewrite(first_file(lake), swap)
    assert set(findings(lake.verify())) == {"files", "rows"}
    assert "ids or times are not what the manifest says" in findings(lake.verify())["files"].evidence
    assert "does not cover: 99 (1 position)" in findings(lake.verify())["rows"].evidence


def test_a_file_out_of_order_is_found(lake: Lake, findings: Findings) -> None:
    lake.rewrite(first_file(lake), lambda rows: rows.take(pa.array([1, 0, *range(2, rows.num_rows)])))
    assert set(findings(lake.verify())) == {"order"}
    assert first_file(lake) in findings(lake.verify())["order"].evidence


def test_order_is_checked_across_row_groups(lake: Lake, findings: Findings) -> None:
    def halves_swapped(rows: pa.Table) -> pa.Table:
        return pa.concat_tables([rows.slice(6), rows.slice(0, 6)])

    lake.rewrite(first_file(lake), halves_swapped, row_group_size=5)
    assert set(findings(lake.verify())) == {"order"}


def test_a_manifest_of_an_older_version_names_no_ids_and_is_no_fault(lake: Lake, findings: Findings) -> None:
    for file in lake.table.snapshot().files:
        symbols = (dataclasses.replace(part, least_id=None, greatest_id=None) for part in file.symbols)
        lake.remanifest(file.key, symbols=tuple(symbols))
    assert not findings(lake.verify(deep=True))


def test_a_file_of_another_size_is_found(lake: Lake, findings: Findings) -> None:
    lake.remanifest(first_file(lake), bytes=7)
    assert "the manifest says 7" in findings(lake.verify())["files"].evidence


def test_a_manifest_that_counts_other_rows_is_found(lake: Lake, findings: Findings) -> None:
    lake.remanifest(first_file(lake), rows=12)
    result = lake.verify()
    assert set(findings(result)) == {"files"}
    assert "11 rows, the manifest says 12" in findings(result)["files"].evidence


def test_a_row_without_an_id_is_found(lake: Lake, findings: Findings) -> None:
    def blank(rows: pa.Table) -> pa.Table:
        ids = [None if i == "4" else i for i in rows["trade_id"].to_pylist()]
        return rows.set_column(2, "trade_id", pa.array(ids, pa.string()))

    lake.rewrite(first_file(lake), blank)
    assert "rows without trade_id" in findings(lake.verify())["files"].evidence
    assert "no rows for 4 (1 position)" in findings(lake.verify())["rows"].evidence


def test_rows_in_quarantine_are_counted_and_no_fault(empty: Lake, findings: Findings) -> None:
    empty.bad = {5, 6}
    empty.ingest()
    empty.backfill(1, 40)
    empty.transform()
    result = empty.verify(deep=True)
    assert result.complete
    assert findings(result, "note")["rows"].evidence.startswith("38 rows and 2 in quarantine")
    assert "5..6 (2 positions)" in findings(result, "note")["raw lines"].evidence
    base = empty.table.snapshot()
    empty.table.commit(base, dataclasses.replace(base, quarantined={}))
    assert "no rows for 5..6" in findings(empty.verify())["rows"].evidence


def test_rows_that_no_raw_data_stands_behind_are_found(lake: Lake, findings: Findings) -> None:
    lake.rewrite(
        first_file(lake), lambda rows: rows.set_column(1, "symbol", pa.array(["OLD-USD"] * rows.num_rows))
    )
    assert "TINY/OLD-USD" in findings(lake.verify())["strangers"].evidence
    assert "strangers" not in findings(lake.verify(products=["BTC-USD"]))


def test_a_damaged_manifest_fails_and_raw_is_checked_all_the_same(lake: Lake, findings: Findings) -> None:
    lake.replace("unified_trades/v1/manifest.json", b"{}")
    result = lake.verify()
    assert set(findings(result)) == {"manifest"}
    assert len(result.products) == 1


def test_a_mapping_may_call_a_product_otherwise(empty: Lake, findings: Findings) -> None:
    empty.mapping = empty.mapping.replace("{product: true}", "{value: XBT-USD}")
    empty.ingest()
    empty.transform()
    result = empty.verify(deep=True)
    assert not findings(result)
    assert result.products[0].rows == len(result.products[0].positions)
    assert not findings(empty.verify(products=["BTC-USD"]))


@pytest.mark.parametrize("times", [1, 3])
def test_several_files_of_a_day_are_one_proof(empty: Lake, findings: Findings, times: int) -> None:
    for head in (20, 31, 40)[:times]:
        empty.head = head
        empty.ingest()
        empty.transform()
    assert not findings(empty.verify(deep=True))


def altered(rows: pa.Table) -> pa.Table:
    return rows.set_column(
        4, "price", pc.add(rows["price"], pc.if_else(pc.equal(rows["trade_id"], "4"), 1.0, 0.0))
    )


def test_deep_finds_a_price_that_raw_does_not_have(lake: Lake, findings: Findings) -> None:
    lake.rewrite(first_file(lake), altered)
    assert not findings(lake.verify())
    check = findings(lake.verify(deep=True))["table content"]
    assert check.evidence == "rows that are not what raw gives: 4 (1 position)"


def test_deep_leaves_rows_of_another_mapping_alone(lake: Lake, findings: Findings) -> None:
    lake.mapping = lake.mapping.replace("2.5", "3.5")
    result = lake.verify(deep=True)
    assert result.complete
    assert "transform --full" in findings(result, "warning")["table content"].hint


def test_deep_takes_the_row_of_either_of_two_overlapping_objects(lake: Lake, findings: Findings) -> None:
    lake.add(1, 9, later_us=-5)
    lake.add(1, 9, later_us=5)
    result = lake.verify(deep=True)
    assert set(findings(result, "warning")) == {"overlaps"}
    assert not findings(result)


def test_a_file_whose_times_are_not_the_manifests_is_found(lake: Lake, findings: Findings) -> None:
    def earlier(rows: pa.Table) -> pa.Table:
        times = pc.subtract(rows["trade_ts"].cast(pa.int64()), 1).cast(rows["trade_ts"].type)
        return rows.set_column(6, "trade_ts", times)

    lake.rewrite(first_file(lake), earlier)
    assert "not what the manifest says" in findings(lake.verify())["files"].evidence


def test_deep_finds_a_row_that_quarantine_only_seems_to_explain(lake: Lake, findings: Findings) -> None:
    def without_4(rows: pa.Table) -> pa.Table:
        return rows.filter(pc.not_equal(rows["trade_id"], "4"))

    lake.rewrite(first_file(lake), without_4)
    base = lake.table.snapshot()
    lake.table.commit(base, dataclasses.replace(base, quarantined={lake.btc: 1}))
    assert "rows" not in findings(lake.verify())
    assert findings(lake.verify())["quarantine"].evidence.startswith(
        "the table covers 4 (1 position), with nei"
    )
    result = lake.verify(deep=True)
    assert findings(result)["table content"].evidence == "raw has a row, the table has none: 4 (1 position)"
