"""What draws progress, and which of them fits where this process runs."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from schemahub._progress.tally import Tally


class Drawing(Protocol):
    """Draws the lines of one run somewhere."""

    def draw(self, tally: Tally, name: str) -> None:
        """Show that a line changed."""
        ...

    def close(self, tally: Tally) -> None:
        """Show how it ended, or leave no trace: the result says it all."""
        ...


def drawing_here() -> Callable[[], Drawing] | None:
    """Return what makes a drawing: in a notebook or on a terminal; None in a pipe, a file, a container."""
    if in_notebook():
        from schemahub._progress.notebook import NotebookBars

        return NotebookBars
    stream = sys.stderr
    if stream is None or not stream.isatty():
        return None
    return lambda: on_terminal(stream)


def on_terminal(stream: TextIO) -> Drawing:
    """Return bars drawn by rich; one line, where that is not installed."""
    if not find_spec("rich"):
        from schemahub._progress.one_line import OneLine

        return OneLine(stream)
    from schemahub._progress.bars import Bars

    return Bars(stream)


def in_notebook() -> bool:
    """Tell whether this process is the kernel of a notebook: Jupyter, Colab, an editor's."""
    # Who runs in a kernel has it imported; nobody else needs it.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
