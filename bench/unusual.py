"""What `schemahub transform` costs, and whether it is right, on files that are not as they are usually."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import measured
from race import Verdict
from report import median, note, ratio, table
from scripts import make_lake, script

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from report import Cell

USUAL = "usual"
MEANS = {
    USUAL: "as the exchange writes them",
    "old keys": "another key order (2016 to 2020)",
    "extra field": "two fields more on each line",
    "spaced": "a blank after each colon and comma",
    "escapes": "an escaped letter in one line of 1000",
    "blank lines": "a blank line after each 1000",
    "bad line": "a bad price in one line of each object",
}
"""The shapes of `lake_lines.py`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualRun:
    """One transform of one shape in one round; no cost where it failed."""

    shape: str
    number: int
    lines: int
    cost: measured.Cost | None
    quarantined: int
    verdict: Verdict

    @property
    def cpu_per_million(self) -> float | None:
        return self.cost.cpu / self.lines * 1e6 if self.cost and self.verdict.right else None


def measure_unusual(
    folder: Path, shapes: Iterable[str], *, rows: int, object_lines: int, rounds: int
) -> list[UnusualRun]:
    """Transform the same trades in these shapes; the rows must be those of the usual one."""
    spec: dict[str, object] = {"rows": rows, "object_lines": object_lines}
    lakes = {shape: folder / shape.replace(" ", "-") for shape in dict.fromkeys([USUAL, *shapes])}
    written = {shape: make_lake(lake, shape=shape, **spec) for shape, lake in lakes.items()}
    runs = []
    for number in range(rounds):
        for shape, lake in lakes.items():
            run = _run(shape, number, lake, lakes[USUAL], written[shape])
            note(f"{shape}, round {number + 1}: {run.cpu_per_million} CPU s/M {run.verdict.why}")
            runs.append(run)
    return runs


def _run(shape: str, number: int, lake: Path, usual: Path, written: dict[str, int]) -> UnusualRun:
    for name in ("unified_trades", "quarantine"):
        shutil.rmtree(lake / name, ignore_errors=True)
    cost, quarantined = None, 0
    try:
        cost = measured.schemahub("transform", "--lake", str(lake), "--json")
        quarantined = json.loads(cost.out)["quarantined"]
        verdict = Verdict(**script("transform_check.py", "same", usual, lake, "--missing", written["bad"]))
    except measured.Failed as error:
        verdict = Verdict(right=False, why=str(error), rows=0, bytes=0)
    if verdict.right and quarantined != written["bad"]:
        why = f"{quarantined:,} in quarantine, expected {written['bad']:,}"
        verdict = Verdict(right=False, why=why, rows=verdict.rows, bytes=verdict.bytes)
    lines = written["lines"]
    return UnusualRun(
        shape=shape, number=number, lines=lines, cost=cost, quarantined=quarantined, verdict=verdict
    )


def unusual_table(runs: list[UnusualRun]) -> str:
    """Return medians by shape."""
    usual = _cpu(runs, USUAL)
    rows: list[tuple[Cell, ...]] = []
    for shape in dict.fromkeys(run.shape for run in runs):
        cpu, last = _cpu(runs, shape), next(run for run in reversed(runs) if run.shape == shape)
        rows.append(
            (
                MEANS[shape],
                cpu,
                ratio(cpu, usual) if cpu and usual else None,
                last.quarantined,
                last.verdict.text,
            )
        )
    title = f"files of unusual shape, {runs[0].lines:,} trades"
    return table(("", "CPU s per million", "x usual", "in quarantine", "rows"), rows, title)


def _cpu(runs: list[UnusualRun], shape: str) -> float | None:
    found = [run.cpu_per_million for run in runs if run.shape == shape]
    counted = [cpu for cpu in found if cpu is not None]
    return median(counted) if counted else None
