"""Materialise every partition in this process, make the proof, and print what the checks say.

    DAGSTER_HOME=$PWD python materialize.py

`dagster dev` does the same from its pages, side by side; with the same DAGSTER_HOME it shows these runs too.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import dagster as dg
from definitions import defs

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> bool:
    """Tell whether no check failed."""
    well = True
    with dg.DagsterInstance.get() as instance:
        for run in runs(instance):
            for check in run.get_asset_check_evaluations():
                print(f"{'ok' if check.passed else check.severity.value:5}  {check.description}")
                well = well and check.passed
    return well


def runs(instance: dg.DagsterInstance) -> Iterator[dg.ExecuteInProcessResult]:
    """Yield a run for each partition, then that of the proof."""
    collect = defs.resolve_job_def("coinbase_collect_job")
    for key in collect.partitions_def.get_partition_keys():
        yield collect.execute_in_process(partition_key=key, instance=instance)
    yield defs.resolve_job_def("coinbase_prove_job").execute_in_process(instance=instance)


if __name__ == "__main__":
    sys.exit(not main())
