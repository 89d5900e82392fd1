"""Runs of the assets, as Dagster makes them, and what they left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from collections.abc import Iterable

PRODUCTS = ("BTC-USD", "ETH-USD")
DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")
START, END = DAYS[0], "2026-01-04"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Definitions, and the instance that their runs are of."""

    definitions: dg.Definitions
    instance: dg.DagsterInstance

    def collect(self, product: str, day: str) -> dg.ExecuteInProcessResult:
        """Materialise one partition of raw and unified, and judge it."""
        key = dg.MultiPartitionKey({"product": product, "day": day})
        return self._run("coinbase_collect_job", key)

    def collect_all(self, days: Iterable[str] = DAYS) -> dict[tuple[str, str], dg.AssetCheckEvaluation]:
        """Materialise all, and return what the check `complete` says of each."""
        verdicts = {}
        for day in days:
            for product in PRODUCTS:
                done = self.collect(product, day)
                assert done.success
                (verdicts[product, day],) = done.get_asset_check_evaluations()
        return verdicts

    def prove(self) -> dg.AssetCheckEvaluation:
        """Make the proof, and return its check."""
        (check,) = self._run("coinbase_prove_job", None).get_asset_check_evaluations()
        return check

    def materialized(self, asset: str) -> set[str]:
        """Return the partitions that Dagster holds to be there."""
        return self.instance.get_materialized_partitions(dg.AssetKey(["coinbase", asset]))

    def _run(self, job: str, key: dg.MultiPartitionKey | None) -> dg.ExecuteInProcessResult:
        return self.definitions.resolve_job_def(job).execute_in_process(
            partition_key=key, instance=self.instance, raise_on_error=False
        )
