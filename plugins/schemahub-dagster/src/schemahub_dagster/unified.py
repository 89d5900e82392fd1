"""The asset of the unified table: a day of a product, as rows."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from schemahub.layout import StreamId
from schemahub_dagster.cell import Cell
from schemahub_dagster.known import condition_of
from schemahub_dagster.walls import RETRIES, in_dagsters_words

POOL = "schemahub_table"


def unified_asset(
    exchange: str, raw: dg.AssetsDefinition, cells: dg.MultiPartitionsDefinition
) -> dg.AssetsDefinition:
    """Return the asset `{exchange}/unified`.

    There is one table, and `transform` brings all that is new into it, whatever it is of. So a partition is
    materialised when the table covers all that raw had of its product when the step began: often another
    partition's step has done it, and there is nothing left to do. What fails of other products does not
    count.
    """

    @dg.asset(
        key=[exchange, "unified"],
        deps=[raw],
        partitions_def=cells,
        group_name=exchange,
        kinds={"schemahub", "parquet"},
        required_resource_keys={"lake"},
        retry_policy=RETRIES,
        pool=POOL,
        description="The same trades as rows of the unified table.",
    )
    def unified(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        with in_dagsters_words():
            return dg.MaterializeResult(
                metadata=bring(context.resources.lake.hub(), exchange, Cell.of(context.partition_key))
            )

    return unified


def bring(hub: Any, exchange: str, cell: Cell) -> Mapping[str, object]:  # noqa: ANN401 - a Hub, of a higher level
    """Bring what is new into the table; `Failure` if it does not cover what raw has of the product."""
    stream = StreamId(exchange=exchange, product=cell.product)
    stored = hub.lake.checkpoints.load(stream)
    result = hub.transform()
    covered = hub.lake.table.snapshot().covered_of(stream)
    left = stored.checkpoint.covered - covered if stored else ()
    if left or (stored is None and not result.complete):
        msg = f"{stream}: {len(left):,} positions are not in the table; {result.headline()}"
        raise dg.Failure(msg)
    condition = condition_of(hub, stream)
    days = {day.trade_date: day.trades for day in condition.days} if condition else {}
    return {"dagster/partition_row_count": days.get(cell.day, 0), "new rows": result.rows}
