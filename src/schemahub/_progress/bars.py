"""Progress bars, one a line, drawn by rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from rich.progress import TaskID

    from schemahub._progress.tally import Tally


class Bars:
    """Shows how much of each line is done, out of how much, and the time left; gone in the end."""

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

    def draw(self, tally: Tally, name: str) -> None:
        """Move one bar; a product that ended gives its line back."""
        line = tally.lines[name]
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=line.total, unit=line.unit)
        self._progress.update(
            self._tasks[name],
            completed=line.done,
            total=line.total,
            visible=not line.ended,
            unit=line.unit,
        )

    def close(self, tally: Tally) -> None:
        """Remove the bars."""
        del tally
        self._progress.stop()
