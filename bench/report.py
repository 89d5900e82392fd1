"""How every bench shows what it found: a table for people, a JSON document for whoever compares later."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Cell = str | float | None
OUT = Path(__file__).parent / "out"
LIBRARIES = ("pyarrow", "duckdb", "polars", "pandas", "numpy")


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]], title: str = "") -> str:
    """Return a Markdown table; numbers stand right, and what was not measured is a dash."""
    kept = list(rows)
    right = [any(isinstance(row[index], (int, float)) for row in kept) for index in range(len(columns))]
    lines = [
        "| " + " | ".join(columns) + " |",
        "|" + "|".join("--:" if one else "---" for one in right) + "|",
        *("| " + " | ".join(map(cell, row)) + " |" for row in kept),
    ]
    return "\n".join([f"\n**{title}**\n", *lines] if title else lines)


def cell(value: Cell) -> str:
    """Print three digits, which is all that a measurement on a shared machine is good for."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if 0 < abs(value) < 1e-3:
        return "< 0.001"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def verdicts(limits: Iterable[tuple[str, float | None, float, bool]]) -> str:
    """Say of each limit (name, found, limit, whether more is better) whether it is held."""
    lines = []
    for name, found, limit, more in limits:
        if found is None:
            lines.append(f"- {name}: not measured")
            continue
        held = found >= limit if more else found <= limit
        wanted = f"{'at least' if more else 'at most'} {cell(limit)}"
        lines.append(f"- {name}: {cell(found)}, wanted {wanted}: {'held' if held else 'MISSED'}")
    return "\n".join(lines)


def note(text: str) -> None:
    """Say what is going on, beside the result and not in it."""
    print(text, file=sys.stderr, flush=True)


def machine() -> dict[str, object]:
    """Return what a number depends on, without naming the machine."""
    return {
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "system": platform.system(),
        **{name: version for name in LIBRARIES if (version := _version(name))},
    }


def save(name: str, document: Mapping[str, object], path: str | Path | None = None) -> None:
    """Write what a table is made of, every run of it; `path` stands for the usual place."""
    target = Path(path) if path else OUT / f"{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"machine": machine(), **document}, indent=1) + "\n", encoding="utf-8")
    note(f"written: {target.name}")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
