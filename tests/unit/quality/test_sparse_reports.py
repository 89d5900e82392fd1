"""Reports on sparse ids: days are complete as far as pages chain, and ids are not trades."""

from __future__ import annotations

import pytest
from tests.unit.quality.sparse_lake import TRADES, SparseLake, sparse_lake

from schemahub import Span
from schemahub._clock import Stop
from schemahub._quality.quality import QualityJob, quality
from schemahub._quality.row_tally import DenseRows
from schemahub.checkpoint import Gap, GapState
from schemahub.layout import batch_uuid
from schemahub.settings import QualitySettings

GAP = Span(31, 60)


def gap(state: GapState) -> Gap:
    return Gap(
        id=batch_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8", 31, 60),
        span=GAP,
        state=state,
        seen_us=1_704_067_200_000_000,
        read_us=1_704_067_200_000_000,
    )


def with_gap(state: GapState) -> SparseLake:
    lake = SparseLake()
    lake.put(1, TRADES[:5])
    lake.put(61, TRADES[9:], 2)
    lake.know(gaps=[gap(state)])
    lake.transform()
    return lake


def states(lake: SparseLake) -> dict[str, str]:
    return {day.trade_date: day.state.value for day in lake.condition().days}


def test_days_between_chained_pages_are_complete_and_say_how_that_is_known() -> None:
    lake = sparse_lake()
    found = lake.condition()
    assert set(list(states(lake).values())[:-1]) == {"complete"}
    assert states(lake)["2024-01-09"] == "pending"  # no later trade is known
    assert "8 of 9 days complete (chained)" in found.headline()
    assert {row[4] for row in found.grids()[0].rows} == {"complete (chained)", "pending"}
    assert found.document()["completeness"] == "chained"


def test_a_gap_out_of_reach_takes_the_days_of_its_neighbours_and_all_between() -> None:
    lake = with_gap(GapState.OUT_OF_REACH)
    assert [day for day, state in states(lake).items() if state == "out_of_reach"] == [
        "2024-01-03",
        "2024-01-04",
        "2024-01-05",
        "2024-01-06",
    ]
    assert lake.condition().complete


@pytest.mark.parametrize("allowed", [False, True])
def test_a_gap_out_of_reach_fails_the_proof_unless_allowed(*, allowed: bool) -> None:
    result = with_gap(GapState.OUT_OF_REACH).verify(allow_confirmed=allowed)
    assert result.complete is allowed
    (proof,) = result.products
    assert (proof.known_gaps, proof.open_gaps) == (None, 0)
    (check,) = (check for check in proof.checks if check.name == "gaps")
    assert check.evidence.endswith("31..60 (30 positions), made 2024-01-03 .. 2024-01-06")
    if allowed:
        assert "none missing but some (how many is unknown)" in result.headline()


@pytest.mark.parametrize("state", [GapState.OPEN, GapState.OUT_OF_REACH])
def test_no_report_takes_the_ids_of_a_gap_for_trades(state: GapState) -> None:
    lake = with_gap(state)
    (row,) = lake.gaps().gaps
    assert (row.count, row.span, row.first_day, row.last_day) == (None, GAP, "2024-01-03", "2024-01-06")
    assert lake.gaps().headline().startswith("1 gap with an unknown number of trades")
    assert "?" in str(lake.gaps())
    (product,) = lake.status().products
    assert product.gaps is None


def test_the_status_counts_trades_and_no_ids() -> None:
    (product,) = sparse_lake(bad={7}).status().products
    assert (product.covered, product.table_rows, product.gaps) == (13, 12, 0)


def test_without_a_checkpoint_days_are_judged_by_the_names() -> None:
    lake = sparse_lake()
    lake.store.delete(lake.btc.checkpoint_key)
    assert lake.condition().completeness.value == "chained"


def test_ids_that_are_there_twice_are_found_among_the_judged_days(monkeypatch: pytest.MonkeyPatch) -> None:
    # Ids with holes make as many ranges as there are rows: none of them may be kept so (R7).
    monkeypatch.delattr(DenseRows, "_take")
    lake = sparse_lake()
    lake.renamed(88, 75)
    settings = QualitySettings(days=30)
    job = QualityJob(source=lake.source, settings=settings, clock=lake.clock, stop=Stop())
    (product,) = quality(job).products
    evidence = {check.name: check.evidence for check in product.checks}
    assert evidence["once"] == "ids that the table has twice: 75 (1 position)"
