"""What is proved of sparse ids, and what nobody claims to know."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.quality.conftest import line
from tests.unit.quality.sparse_lake import TRADES, SparseLake, sparse_lake

from schemahub.model import Ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._quality.checks import Check

    Findings = Callable[..., dict[str, Check]]


@pytest.fixture
def sparse() -> SparseLake:
    return sparse_lake()


@pytest.mark.parametrize("deep", [False, True])
def test_a_sound_stream_is_complete_as_far_as_pages_chain(
    sparse: SparseLake, findings: Findings, *, deep: bool
) -> None:
    result = sparse.verify(deep=deep)
    assert result.complete
    assert not findings(result) | findings(result, "warning") | findings(result, "note")
    assert "13 trades of 1 product (1 chained), none missing, none twice" in result.headline()
    (proof,) = result.products
    assert (proof.verdict, proof.trades, proof.rows) == ("complete (chained)", 13, 13)
    assert (proof.overlaps, proof.open_gaps, proof.known_gaps, proof.requested) == (0, 0, 0, 0)
    assert result.document()["products"][0]["completeness"] == "chained"
    evidence = {check.name: check.evidence for check in proof.checks}
    assert "3 batches with 13 trades in 1 chain" in evidence["names"]
    assert evidence["rows"] == "13 rows and 0 in quarantine are the 13 trades that raw counts"


@pytest.mark.parametrize("deep", [False, True])
def test_rejected_lines_are_counted(findings: Findings, *, deep: bool) -> None:
    lake = sparse_lake(bad={3, 20, 30, 100})
    result = lake.verify(deep=deep)
    assert result.complete
    assert set(findings(result, "note")) == {"rows"} | ({"raw lines"} if deep else set())
    assert "9 rows and 4 in quarantine are the 13 trades" in findings(result, "note")["rows"].evidence


def test_a_row_that_is_lost_is_missed(sparse: SparseLake, findings: Findings) -> None:
    sparse.without(41)
    assert "12 rows and 0 in quarantine, but 13 trades" in findings(sparse.verify())["rows"].evidence
    assert "41 (1 position)" in findings(sparse.verify(deep=True))["table content"].evidence


def test_a_row_that_is_lost_cannot_hide_behind_a_line_of_another_object(findings: Findings) -> None:
    lake = sparse_lake(bad={48})
    lake.without(7)
    base = lake.table.snapshot()
    lake.table.commit(base, replace(base, quarantined={lake.btc: 2}))
    found = findings(lake.verify())
    assert set(found) == {"quarantine"}
    assert "1..30 (30 positions)" in found["quarantine"].evidence


def test_a_row_under_another_id_of_the_same_object_is_found_by_its_content(
    sparse: SparseLake, findings: Findings
) -> None:
    sparse.renamed(41, 42)
    assert not findings(sparse.verify())  # counts come out even: docs/QUALITY.md says so
    assert "42 (1 position)" in findings(sparse.verify(deep=True))["table content"].evidence


def test_a_row_of_another_object_is_one_too_many(sparse: SparseLake, findings: Findings) -> None:
    sparse.renamed(60, 62)
    assert "61..100 (40 positions)" in findings(sparse.verify())["rows"].evidence


def test_a_row_outside_of_what_is_covered_is_a_stray(sparse: SparseLake, findings: Findings) -> None:
    sparse.renamed(100, 101)
    assert "1 row of positions that the table does not cover" in findings(sparse.verify())["rows"].evidence


def test_an_id_that_is_there_twice_is_found(sparse: SparseLake, findings: Findings) -> None:
    sparse.renamed(60, 48)
    assert "48 (1 position)" in findings(sparse.verify())["once"].evidence


def test_a_quarantine_that_lost_its_lines_is_told(findings: Findings) -> None:
    lake = sparse_lake(bad={7, 48})
    for info in list(lake.store.list("quarantine/")):
        lake.store.delete(info.key)
    assert "1..60 (60 positions)" in findings(lake.verify())["quarantine"].evidence


def test_lines_that_a_mended_mapping_left_behind_harm_nobody(findings: Findings) -> None:
    lake = sparse_lake(bad={7})
    (info,) = lake.store.list("quarantine/")
    text = json.loads(lake.store.get(info.key).data)
    lake.store.put_new(f"{lake.btc.quarantine_prefix}old.jsonl", json.dumps({**text, "line": 3}).encode())
    result = lake.verify()
    assert result.complete
    assert "1 line of earlier runs" in findings(result, "note")["quarantine"].evidence


def test_batches_that_overlap_are_told_and_nobody_counts_their_ids(findings: Findings) -> None:
    lake = sparse_lake(transformed=False)
    lake.put(13, TRADES[3:7], 3)
    lake.know()
    lake.transform()
    for deep in (False, True):
        result = lake.verify(deep=deep)
        assert result.complete
        assert set(findings(result, "warning")) == {"overlaps"}
        assert "some (how many is unknown) twice in raw, once in the table" in result.headline()
        assert result.products[0].overlaps is None
    assert (result.products[0].rows, result.products[0].trades) == (13, 13)
    checks = {check.name: check.evidence for check in result.products[0].checks}
    assert checks["rows"] == "13 rows and 0 in quarantine are the 13 to 17 trades that raw counts"


def test_where_batches_overlap_the_row_of_either_will_do(findings: Findings) -> None:
    lake = sparse_lake(transformed=False)
    other = [line(i, "9.9") for i in TRADES[3:7]]
    lake.put(13, TRADES[3:7], 3, other)
    lake.know()
    lake.transform()
    assert not findings(lake.verify(deep=True))


def test_a_name_with_more_trades_than_positions_fails(findings: Findings) -> None:
    lake = SparseLake()
    lake.put(9, [9, 9, 10])
    lake.know()
    assert "more trades than positions" in findings(lake.verify())["names"].evidence


def test_consecutive_ids_may_not_lack_any(sparse: SparseLake, findings: Findings) -> None:
    sparse.know(Ids.DENSE)
    found = findings(sparse.verify())
    assert "with another count than positions" in found["names"].evidence
    assert "rows" in found


def test_without_a_checkpoint_the_names_say_what_the_ids_are(sparse: SparseLake, findings: Findings) -> None:
    sparse.store.delete(sparse.btc.checkpoint_key)
    result = sparse.verify(deep=True)
    assert set(findings(result)) == {"checkpoint"}
    assert result.products[0].completeness.value == "chained"


def test_a_batch_between_two_others_is_missed(sparse: SparseLake, findings: Findings) -> None:
    sparse.store.delete(sparse.objects()[1].key)
    assert "31..60 (30 positions)" in findings(sparse.verify())["stored"].evidence


CONTENT = [
    ([3, 12, 7, 20, 30], "13 (1 position)"),
    ([3, 7, 12, 31, 30], "13 (1 position)"),
    ([3, 7, 12, 20], "expected 5, found 4"),
]


@pytest.mark.parametrize(("ids", "says"), CONTENT)
def test_lines_are_held_against_the_name(
    sparse: SparseLake, findings: Findings, ids: list[int], says: str
) -> None:
    sparse.fill(sparse.objects()[0], ids)
    assert says in findings(sparse.verify(deep=True))["raw content"].evidence
    assert not findings(sparse.verify())


@pytest.mark.parametrize("last", [2**53 + 1, 2_800_000_000_000_001, 10**18 + 7, 2**63 - 1])
def test_ids_beyond_what_a_double_holds_are_proved_one_by_one(findings: Findings, last: int) -> None:
    trades = [last - 9, last - 8, last - 2, last - 1, last]
    lake = SparseLake(times_ns={trade: 1_704_067_200_000_000_000 + i for i, trade in enumerate(trades)})
    lake.put(last - 20, trades[:3])
    lake.put(last - 1, trades[3:], 1)
    lake.know()
    lake.transform()
    result = lake.verify(deep=True)
    assert not findings(result) | findings(result, "warning")
    (file,) = lake.table.snapshot().files
    assert (file.symbols[0].least_id, file.symbols[0].greatest_id) == (last - 9, last)
    lake.renamed(last, last - 1)
    assert str(last - 1) in findings(lake.verify())["once"].evidence


def test_a_batch_may_say_that_nothing_is_there(findings: Findings) -> None:
    lake = sparse_lake(transformed=False)
    lake.put_nothing(101, 120)
    lake.put(121, [121, 130], 4)
    lake.know()
    lake.transform()
    result = lake.verify(deep=True)
    assert not findings(result) | findings(result, "warning")
    assert (result.products[0].trades, result.products[0].rows) == (15, 15)
