"""The asset `proof`: what `verify` finds of the products as a whole."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from schemahub_dagster.walls import in_dagsters_words

CHECK = "proved"


def proof_asset(exchange: str, unified: dg.AssetsDefinition, products: Sequence[str]) -> dg.AssetsDefinition:
    """Return the asset `{exchange}/proof`, with the check `proved`.

    It has no partitions: a proof reads every id of a product's rows, so one for each day would read a year
    365 times.
    """

    @dg.asset(
        key=[exchange, "proof"],
        deps=[unified],
        group_name=exchange,
        kinds={"schemahub"},
        required_resource_keys={"lake"},
        check_specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=dg.AssetKey([exchange, "proof"]),
                description="Raw, checkpoints and every id of the table agree: none missing, none twice.",
            )
        ],
        description="Raw, checkpoints and table checked against each other.",
    )
    def proof(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        with in_dagsters_words():
            return prove(context.resources.lake.hub(), exchange, products)

    return proof


def prove(hub: Any, exchange: str, products: Sequence[str]) -> dg.MaterializeResult:  # noqa: ANN401 - a Hub, of a higher level
    """Return the proof as an asset's content, and whether it holds as its check."""
    result = hub.verify(exchange=exchange, products=products)
    verdicts = {str(each.stream): f"{each.verdict}; {each.trades:,} trades" for each in result.products}
    findings = [
        f"{each.stream}: {check.name}: {check.evidence}"
        for each in result.products
        for check in each.checks
        if check.state.value in {"failed", "warning"}
    ]
    check = dg.AssetCheckResult(
        passed=result.complete,
        check_name=CHECK,
        description=result.headline(),
        metadata={"findings": findings, "next": list(result.next_steps())},
    )
    return dg.MaterializeResult(metadata=verdicts, check_results=[check])
