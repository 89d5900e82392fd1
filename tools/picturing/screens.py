"""Screens, as a reader can follow them: a moment for each step of what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import pyte

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from picturing.recording import Chunk

_TYPED_SECONDS, _MOMENT, _READING_SECONDS, _END_SECONDS = 1.0, 0.12, 1.6, 8.0


@dataclass(frozen=True, slots=True)
class Run:
    """Characters beside each other that look alike."""

    column: int
    text: str
    colour: str
    bold: bool


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """What stands on the terminal, and for how long it is shown."""

    lines: tuple[Line, ...]
    seconds: float


def screens(chunks: Sequence[Chunk], *, prompt: str, columns: int, rows: int) -> list[Screen]:
    """Play a recording; a progress bar moves as it did, and a reader has time for each table.

    The program is faster than an eye. So each line that it ended is a screen of its own, and a pause is made
    where a table ends; what was shown is shown in its order, and nothing that was not.
    """
    terminal = pyte.Screen(columns, rows)
    terminal.set_mode(pyte.modes.LNM)
    stream = pyte.ByteStream(terminal)
    shown = [Screen((), 0.4)]
    stream.feed(f"{prompt}\n".encode())
    shown.append(Screen(_lines(terminal), _TYPED_SECONDS))
    for text in _pieces(chunks):
        stream.feed(text)
        lines = _lines(terminal)
        if lines != shown[-1].lines:
            pause = _READING_SECONDS if text.strip(b"\r\n") == b"" else _MOMENT
            shown.append(Screen(lines, pause))
    return [*shown[:-1], Screen(shown[-1].lines, _END_SECONDS)]


def _pieces(chunks: Sequence[Chunk]) -> Iterator[bytes]:
    """Yield what came, cut after the ends of lines; bars are rewritten in one piece."""
    for chunk in chunks:
        if b"\x1b[2K" in chunk.text or b"\x1b[?25" in chunk.text:
            yield chunk.text
        else:
            yield from chunk.text.splitlines(keepends=True)


def _lines(terminal: pyte.Screen) -> tuple[Line, ...]:
    return tuple(_runs(terminal, row) for row in range(terminal.lines))


def _runs(terminal: pyte.Screen, row: int) -> Line:
    cells = [terminal.buffer[row][column] for column in range(terminal.columns)]
    looks = [(cell.fg, cell.bold, cell.data == " ") for cell in cells]
    edges = [0, *(at for at, (one, two) in enumerate(pairwise(looks), 1) if one != two), len(cells)]
    runs = []
    for begin, end in pairwise(edges):
        text = "".join(cell.data for cell in cells[begin:end])
        if text.strip():
            runs.append(Run(begin, text, cells[begin].fg, cells[begin].bold))
    return tuple(runs)
