"""Scripts of this folder run as processes of their own, so that what measures stays small."""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import measured
from report import median, note

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent


def script(name: str, *arguments: object) -> Any:  # noqa: ANN401 - JSON
    """Run a script and return what its last line says."""
    done = measured.run([sys.executable, str(HERE / name), *map(str, arguments)])
    return json.loads(done.out.splitlines()[-1])


def medians(name: str, *arguments: object, rounds: int) -> dict[str, Any]:
    """Run a script so many times and return what it said first, with the medians of its numbers."""
    runs = [script(name, *arguments) for _ in range(rounds)]
    return {
        key: median(run[key] for run in runs) if isinstance(value, (int, float)) else value
        for key, value in runs[0].items()
    }


def make_lake(path: Path, **options: object) -> dict[str, int]:
    """Write raw trades as `lake_data.py` says, and return what it wrote."""
    named = (text for name, value in options.items() for text in (f"--{name.replace('_', '-')}", str(value)))
    note(f"{'adding to' if 'extra' in options else 'generating'} {path.name}")
    written: dict[str, int] = script("lake_data.py", path, *named)
    return written


@contextmanager
def work_folder(parent: str | None) -> Iterator[Path]:
    """Return an empty folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=parent, prefix="schemahub-bench-") as folder:
        yield Path(folder)
