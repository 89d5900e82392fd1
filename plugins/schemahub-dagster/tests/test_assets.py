"""Two products by three days, materialised by Dagster from a simulated exchange, and judged by its checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("dagster", reason="the assets need Dagster: nox -s dagster")
pytest.importorskip("schemahub_dagster", reason="pip install -e plugins/schemahub-dagster: nox -s dagster")
pytest.importorskip("schemahub_coinbase", reason="trades come from a connector: schemahub-coinbase")
pytest.importorskip("schemahub_mapping", reason="rows come from a mapping: schemahub-mapping")

import dagster as dg
from dagster_runs import DAYS, PRODUCTS, Runs

import schemahub

if TYPE_CHECKING:
    from pathlib import Path

    from schemahub.testing import SimulatorServer

BTC, ETH = PRODUCTS
HOLE = range(700, 712)
ALL = {f"{day}|{product}" for day in DAYS for product in PRODUCTS}


def rows(lake: Path) -> list[tuple[object, ...]]:
    query = (
        "SELECT symbol, trade_date, count(*), count(DISTINCT trade_id) FROM trades GROUP BY ALL ORDER BY ALL"
    )
    return [(each[0], str(each[1]), *each[2:]) for each in schemahub.open(lake).sql(query).rows]


def test_two_products_by_three_days_are_there_and_complete(
    runs: Runs, tmp_path: Path, exchange: SimulatorServer
) -> None:
    verdicts = runs.collect_all()
    assert {key: check.metadata["state"].value for key, check in verdicts.items()} == dict.fromkeys(
        ((product, day) for product in PRODUCTS for day in DAYS), "complete"
    )
    assert all(check.passed for check in verdicts.values())
    assert runs.materialized("raw") == runs.materialized("unified") == ALL
    found = [row for row in rows(tmp_path / "lake") if row[1] in DAYS]
    assert len(found) == len(ALL)
    assert all(count == distinct for *_, count, distinct in found)
    for product in PRODUCTS:
        lines = exchange.exchange.lines(product)
        for day in DAYS:
            truth = sum(f'"{day}T'.encode() in line for line in lines)
            assert (product, day, truth, truth) in found
    assert runs.prove().passed


def test_days_may_come_in_any_order(runs: Runs) -> None:
    assert all(check.passed for check in runs.collect_all(reversed(DAYS)).values())


def test_a_planted_gap_fails_the_check_of_its_day_alone_and_is_named(
    runs: Runs, exchange: SimulatorServer
) -> None:
    exchange.exchange.log(BTC).remove(HOLE)
    verdicts = runs.collect_all()
    failed = {key: check for key, check in verdicts.items() if not check.passed}
    assert list(failed) == [(BTC, "2026-01-02")]
    (check,) = failed.values()
    assert check.partition == "2026-01-02|BTC-USD"
    assert check.severity is dg.AssetCheckSeverity.ERROR
    assert check.description == (
        "coinbase/BTC-USD on 2026-01-02: holed; an open gap; missing 700..711 (12 in all)"
    )
    proof = runs.prove()
    assert not proof.passed
    assert "BTC-USD: open, not served so far: 700..711 (12 positions)" in proof.description
    assert proof.metadata["next"].value == ["schemahub gaps --recheck"]


def test_a_partition_that_is_repeated_adds_nothing(runs: Runs, tmp_path: Path) -> None:
    runs.collect(BTC, DAYS[0])
    before = rows(tmp_path / "lake")
    again = runs.collect(BTC, DAYS[0])
    assert again.success
    raw, unified = again.get_asset_materialization_events()
    assert raw.materialization.metadata["new trades"].value == 0
    assert unified.materialization.metadata["new rows"].value == 0
    assert unified.materialization.metadata["dagster/partition_row_count"].value > 300
    assert rows(tmp_path / "lake") == before


def test_what_is_not_decided_yet_is_a_warning(runs: Runs, exchange: SimulatorServer) -> None:
    ours = exchange.exchange.log(BTC)
    ours.remove(range(ours.first_at(1_767_312_000 * 10**9), ours.last + 1))  # from 2026-01-02 on
    (check,) = runs.collect(BTC, DAYS[0]).get_asset_check_evaluations()
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "no later trade is known yet" in check.description


def test_a_day_without_trades_is_not_known(runs: Runs) -> None:
    done = runs.collect(BTC, DAYS[0])
    assert done.success
    from schemahub_dagster.cell import Cell
    from schemahub_dagster.complete import judge

    hub = runs.definitions.resources["lake"].hub()
    found = judge(hub, "coinbase", Cell(product=BTC, day="2020-01-01"))
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert found.description == "coinbase/BTC-USD on 2020-01-01: no trade of this day is known"
