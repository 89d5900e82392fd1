"""All that Dagster needs to collect products of an exchange."""

from collections.abc import Sequence

import dagster as dg

from schemahub_dagster.cell import cells
from schemahub_dagster.complete import complete_check
from schemahub_dagster.proof import proof_asset
from schemahub_dagster.raw import raw_asset
from schemahub_dagster.resources import Lake
from schemahub_dagster.schedules import collecting, proving
from schemahub_dagster.unified import unified_asset


def definitions(
    *,
    products: Sequence[str],
    start: str,
    lake: Lake,
    end: str | None = None,
    exchange: str = "coinbase",
) -> dg.Definitions:
    """Return assets, checks, jobs and schedules for products of one exchange, and the resource `lake`.

    The assets are `{exchange}/raw` and `{exchange}/unified`, partitioned by `product` and `day` (UTC, from
    `start` to today; with `end`, up to but without it, and only days that are over), and `{exchange}/proof`.
    The schedules are stopped until somebody starts them. For several exchanges merge what this returns, with
    the same `lake`.
    """
    partitions = cells(products, start, end)
    raw = raw_asset(exchange, partitions)
    unified = unified_asset(exchange, raw, partitions)
    proof = proof_asset(exchange, unified, list(products))
    days = dg.AssetSelection.assets(raw, unified)
    collect = dg.define_asset_job(f"{exchange}_collect_job", selection=days)
    prove = dg.define_asset_job(f"{exchange}_prove_job", selection=dg.AssetSelection.assets(proof))
    return dg.Definitions(
        assets=[raw, unified, proof],
        asset_checks=[complete_check(exchange, unified, partitions)],
        jobs=[collect, prove],
        schedules=[collecting(exchange, collect.name, partitions), proving(exchange, prove.name)],
        resources={"lake": lake},
    )
