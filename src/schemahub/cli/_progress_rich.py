"""Progress bars, one a product, drawn by rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from rich.progress import TaskID

    from schemahub.cli.progress import Tally


class Bars:
    """Shows each product's trades, or positions, out of how many, and the time left; gone in the end."""

    def __init__(self, stream: TextIO) -> None:
        """Draw on `stream`, a terminal."""
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"),
            TimeRemainingColumn(),
            console=Console(file=stream),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._progress.start()

    def draw(self, tally: Tally, product: str) -> None:
        """Move one product's bar; a product that ended gives its line back."""
        line = tally.lines[product]
        if product not in self._tasks:
            self._tasks[product] = self._progress.add_task(product, total=line.total, unit=line.unit)
        self._progress.update(
            self._tasks[product],
            completed=line.done,
            total=line.total,
            visible=not line.ended,
            unit=line.unit,
        )

    def close(self) -> None:
        """Remove the bars."""
        self._progress.stop()
