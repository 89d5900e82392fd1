"""The asset of raw trades: a day of a product, fetched from its exchange."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from schemahub_dagster.cell import Cell
from schemahub_dagster.walls import RETRIES, in_dagsters_words

POOL = "schemahub_raw"
_AROUND = timedelta(hours=1)
"""A day is not known to be whole before a trade of each neighbour is known, so a little of both is fetched
as well, whatever order Dagster takes the days in. Nothing of it is fetched again with those days."""
_NOT_DONE = {"held by another runner", "left to another runner", "stopped", "failed"}
"""States after which it is not known that this day is stored; gaps are, and the asset checks name them."""


def raw_asset(exchange: str, cells: dg.MultiPartitionsDefinition) -> dg.AssetsDefinition:
    """Return the asset `{exchange}/raw`.

    A partition is materialised when every trade that the exchange serves of the day is stored. What it does
    not serve is recorded as a gap, which is no failure here: it would stay one however often it was tried.
    """

    @dg.asset(
        key=[exchange, "raw"],
        partitions_def=cells,
        group_name=exchange,
        kinds={"schemahub"},
        required_resource_keys={"lake"},
        retry_policy=RETRIES,
        pool=POOL,
        description="Every public trade of a product's UTC day, as the exchange sent it.",
    )
    def raw(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        with in_dagsters_words():
            return dg.MaterializeResult(
                metadata=fetch(context.resources.lake.hub(), exchange, Cell.of(context.partition_key))
            )

    return raw


def fetch(hub: Any, exchange: str, cell: Cell) -> Mapping[str, object]:  # noqa: ANN401 - a Hub, of a higher level
    """Store a day of a product; `Failure` if it is not known to be stored."""
    start, end = cell.start - _AROUND, cell.end + _AROUND
    until = end if end <= datetime.now(UTC) else None
    result = hub.backfill(exchange=exchange, products=[cell.product], start=start, end=until)
    (outcome,) = result.products
    if outcome.state.value in _NOT_DONE:
        msg = f"{outcome.stream}: {outcome.state.value}"
        raise dg.Failure(f"{msg}: {outcome.reason}" if outcome.reason else msg)
    return {"state": outcome.state.value, "new trades": outcome.trades, "seconds": result.seconds}
