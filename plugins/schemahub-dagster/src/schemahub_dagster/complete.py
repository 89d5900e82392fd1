"""The asset check `complete`: whether a day of a product lacks anything."""

import warnings
from itertools import islice
from typing import Any

import dagster as dg

from schemahub.layout import StreamId
from schemahub.spans import SpanSet
from schemahub_dagster.cell import Cell
from schemahub_dagster.known import condition_of
from schemahub_dagster.walls import in_dagsters_words

_SHOWN = 5


def complete_check(
    exchange: str, unified: dg.AssetsDefinition, cells: dg.MultiPartitionsDefinition
) -> dg.AssetChecksDefinition:
    """Return the check of `{exchange}/unified`; each of its partitions is judged by itself.

    A day with a hole fails it, and the positions are named. Only a day that is proved complete passes. What
    is not decided yet, and what the exchange no longer serves, is a warning: a day is not decided before a
    trade of the next one is known, nor the first day of all.
    """

    def complete(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        with in_dagsters_words():
            return judge(context.resources.lake.hub(), exchange, Cell.of(context.partition_key))

    with warnings.catch_warnings():
        # Without partitions a check has one state, and the next day's would hide this one's hole. That they
        # are a preview concerns this distribution, which allows only the versions that it was tested with.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        checked = dg.asset_check(
            asset=unified,
            name="complete",
            partitions_def=cells,
            required_resource_keys={"lake"},
            description="Every position of the day is in the table, as the manifest and the checkpoint tell.",
        )
        return checked(complete)


def judge(hub: Any, exchange: str, cell: Cell) -> dg.AssetCheckResult:  # noqa: ANN401 - a Hub, of a higher level
    """Say of a day what is known of it."""
    stream = StreamId(exchange=exchange, product=cell.product)
    where = f"{stream} on {cell.day}"
    condition = condition_of(hub, stream)
    day = next((each for each in condition.days if each.trade_date == cell.day), None) if condition else None
    if day is None:
        error = condition.error if condition else None
        why = error or "no trade of this day is known"
        return dg.AssetCheckResult(
            passed=False,
            severity=_severity(is_error=error is not None),
            description=f"{where}: {why}",
        )
    state = day.state.value
    missing = spelt(day.missing)
    found = [f"{where}: {state.replace('_', ' ')}", day.reason, f"missing {missing}" if missing else ""]
    return dg.AssetCheckResult(
        passed=state == "complete",
        severity=_severity(is_error=state == "holed"),
        description="; ".join(filter(None, found)),
        metadata={"state": state, "trades": day.trades, "missing": missing, "why": day.reason},
    )


def spelt(positions: SpanSet) -> str:
    """Print the first few ranges of positions, and how many positions there are in all."""
    if not positions:
        return ""
    shown = [str(span) for span in islice(positions, _SHOWN)]
    more = ["..."] if len(positions.spans) > _SHOWN else []
    return f"{', '.join(shown + more)} ({len(positions):,} in all)"


def _severity(*, is_error: bool) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN
