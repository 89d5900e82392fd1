"""Contenders of the transform bench, and one run of each: a whole process, its rows compared with ours."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import measured
from report import note
from scripts import HERE, script

if TYPE_CHECKING:
    from pathlib import Path

OURS = "schemahub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """Who takes part; `needs` are modules of the interpreter that it runs in."""

    name: str
    needs: tuple[str, ...]
    slow: bool = False
    """Gets fewer trades, for everybody's patience, and its imports are not counted."""
    checks: tuple[str, ...] = ()
    """What is asked less of its rows, as options of `transform_check.py`."""
    remark: str = ""


US = Contender(name=OURS, needs=("schemahub",))
PEERS = (
    Contender(name="duckdb", needs=("duckdb",)),
    Contender(name="duckdb+numpy+pyarrow", needs=("duckdb", "numpy", "pyarrow")),
    Contender(name="polars", needs=("polars",)),
    Contender(name="pyarrow.json", needs=("numpy", "pyarrow")),
    Contender(name="pandas", needs=("pandas", "pyarrow")),
    Contender(
        name="ccxt",
        needs=("ccxt", "orjson", "pandas", "pyarrow"),
        slow=True,
        checks=("--unit", "ms"),
        remark="milliseconds only",
    ),
    Contender(
        name="dlt",
        needs=("dlt", "orjson", "pyarrow"),
        slow=True,
        checks=("--unordered",),
        remark="not sorted",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether rows are right, and how many there are in how many bytes."""

    right: bool
    why: str
    rows: int
    bytes: int

    @property
    def text(self) -> str:
        return "right" if self.right else f"WRONG: {self.why}"

    @property
    def bytes_per_row(self) -> float | None:
        return self.bytes / self.rows if self.rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One contender in one round; `start_cpu` is what its imports took, where they are not counted."""

    codec: str
    number: int
    contender: str
    slow: bool
    lines: int
    wall: float
    cpu: float
    start_cpu: float
    peak_megabytes: float | None
    verdict: Verdict

    @property
    def cpu_per_million(self) -> float:
        return (self.cpu - self.start_cpu) / self.lines * 1e6


class Race:
    """One lake of raw files that all work on. Ours goes first: the others are compared with its table."""

    def __init__(self, lake: Path, *, codec: str, lines: int, peers_python: str | None) -> None:
        self._lake = lake
        self._codec = codec
        self._lines = lines
        self._peers_python = peers_python
        self._verdicts: dict[str, Verdict] = {}

    def run(self, contender: Contender, number: int) -> Run:
        """Run one; its rows are compared the first time. A peer that fails is wrong, and the others go on."""
        out = self._lake.with_name(f"{self._lake.name}-{contender.name}")
        try:
            cost, start_cpu = self._ours() if contender is US else self._peer(contender, out)
            if contender.name not in self._verdicts:
                self._verdicts[contender.name] = self._compared(contender, out)
        except measured.Failed as error:
            if contender is US:
                raise
            cost, start_cpu = measured.Cost(wall=0.0, cpu=0.0, peak_megabytes=None, out=""), 0.0
            self._verdicts[contender.name] = Verdict(right=False, why=str(error), rows=0, bytes=0)
        finally:
            shutil.rmtree(out, ignore_errors=True)
        run = Run(
            codec=self._codec,
            number=number,
            contender=contender.name,
            slow=contender.slow,
            lines=self._lines,
            wall=cost.wall,
            cpu=cost.cpu,
            start_cpu=start_cpu if contender.slow else 0.0,
            peak_megabytes=cost.peak_megabytes,
            verdict=self._verdicts[contender.name],
        )
        note(f"{self._codec}, round {number + 1}, {contender.name}: {run.cpu_per_million:.3g} CPU s/M")
        return run

    def _ours(self) -> tuple[measured.Cost, float]:
        for name in ("unified_trades", "quarantine"):
            shutil.rmtree(self._lake / name, ignore_errors=True)
        return measured.schemahub("transform", "--lake", str(self._lake), "--json"), 0.0

    def _peer(self, contender: Contender, out: Path) -> tuple[measured.Cost, float]:
        python = interpreter(contender, self._peers_python) or sys.executable
        command = [python, str(HERE / "transform_peers.py"), contender.name, str(self._lake), str(out)]
        cost = measured.run(command)
        return cost, json.loads(cost.out.splitlines()[-1])["start_cpu"]

    def _compared(self, contender: Contender, out: Path) -> Verdict:
        if contender is not US:
            return Verdict(**script("transform_check.py", "same", self._lake, out, *contender.checks))
        # With itself it proves the order; what it says is proved by the standard library.
        whole = Verdict(**script("transform_check.py", "same", self._lake, self._lake))
        sample = Verdict(**script("transform_check.py", "truth", self._lake))
        wrong = next((each for each in (whole, sample) if not each.right), whole)
        return Verdict(right=wrong.right, why=wrong.why, rows=whole.rows, bytes=whole.bytes)


def interpreter(contender: Contender, other: str | None) -> str | None:
    """Return the interpreter that has what a contender needs; `other` is tried after this one."""
    if all(map(importlib.util.find_spec, contender.needs)):
        return sys.executable
    code = f"import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, {contender.needs!r})))"
    if other and subprocess.run([other, "-c", code], check=False).returncode == 0:  # noqa: S603 - the caller's own
        return other
    return None
