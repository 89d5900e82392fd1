"""Progress bars below a cell, which stay there and say how far it came."""

from __future__ import annotations

import html
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._progress.tally import Line, Tally

_SECONDS_BETWEEN = 0.2
_TABLE = '<table class="schemahub-progress" style="border-collapse:collapse"><tbody>{}</tbody></table>'
_ROW = "<tr><td style='text-align:left'>{}</td><td>{}</td><td style='text-align:right'>{}</td></tr>"


class NotebookBars:
    """One output that is rewritten in place, a bar for each line; needs no widgets, and no extension."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Show nothing before there is something to show."""
        self._monotonic = monotonic
        self._next = float("-inf")
        self._handle: Any = None

    def draw(self, tally: Tally, name: str) -> None:
        """Rewrite the bars, a few times a second: each time is a message to the browser."""
        del name
        if self._monotonic() >= self._next:
            self._show(tally)
            self._next = self._monotonic() + _SECONDS_BETWEEN

    def close(self, tally: Tally) -> None:
        """Show the last state."""
        if tally.lines:
            self._show(tally)

    def _show(self, tally: Tally) -> None:
        bundle = {"text/plain": text_of(tally), "text/html": html_of(tally)}
        if self._handle is None:
            from IPython.display import display

            shown: Any = display  # not typed, where it is installed at all
            self._handle = shown(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


def text_of(tally: Tally) -> str:
    """Print the lines, for who shows no HTML."""
    return "\n".join(f"{name}: {says(line)}" for name, line in sorted(tally.lines.items()))


def html_of(tally: Tally) -> str:
    """Print the lines as bars in the colours of the page."""
    rows = (
        _ROW.format(html.escape(name), _bar(line), html.escape(says(line)))
        for name, line in sorted(tally.lines.items())
    )
    return _TABLE.format("".join(rows))


def says(line: Line) -> str:
    """Print how much is done of how much; a hundred per cent is said of nothing less."""
    if line.total is None or line.fraction is None:
        return f"{line.done:,} {line.unit}"
    return f"{line.done:,} of {line.total:,} {line.unit} ({int(line.fraction * 100)} %)"


def _bar(line: Line) -> str:
    if line.fraction is None:
        return "<progress></progress>"
    # A bar of nothing to do is full, not empty.
    return f'<progress value="{line.fraction:.4f}" max="1"></progress>'
