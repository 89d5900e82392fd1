"""Screens as one SVG that moves by itself: no script, no font of its own, right on light and on dark."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from picturing.screens import Line, Run, Screen

_WIDTH, _HEIGHT, _LEFT, _TOP, _SIZE = 8.0, 18, 18, 46, 13
_COLOURS = {
    "default": "#d6dae1",
    "black": "#7c8591",
    "red": "#ff7b72",
    "green": "#7ee787",
    "brown": "#e3b341",
    "yellow": "#e3b341",
    "blue": "#79c0ff",
    "magenta": "#e07bd0",
    "cyan": "#76d9e6",
    "white": "#d6dae1",
}


def drawn(screens: Sequence[Screen], *, columns: int, rows: int, title: str) -> str:
    """Return the picture: a terminal's window in which the screens follow each other for ever.

    Each line is written once, however many screens show it. Who wants no motion sees the last screen.
    """
    total = sum(screen.seconds for screen in screens)
    names: dict[Line, str] = {}
    shown, style, begin = [], [], 0.0
    for number, screen in enumerate(screens):
        parts = []
        for row, line in enumerate(screen.lines):
            if line:
                name = names.setdefault(line, f"l{len(names)}")
                parts.append(f'<use href="#{name}" y="{row * _HEIGHT}"/>')
        last = " last" if screen is screens[-1] else ""
        shown.append(f'<g class="s{last} k{number}">{"".join(parts)}</g>')
        style.append(_keyframes(number, begin / total, (begin + screen.seconds) / total))
        begin += screen.seconds
    width, height = round(columns * _WIDTH) + 2 * _LEFT, rows * _HEIGHT + _TOP + 12
    defined = "".join(f'<g id="{name}">{"".join(map(_text, line))}</g>' for line, name in names.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"<style>{_sheet(total)}{''.join(style)}</style><defs>{defined}</defs>{_window(width, height, title)}"
        f'<g transform="translate({_LEFT} {_TOP})">{"".join(shown)}</g></svg>\n'
    )


def _sheet(total: float) -> str:
    return (
        "text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
        f"font-size:{_SIZE}px;white-space:pre}}"
        f".s{{visibility:hidden;animation-duration:{total:.2f}s;animation-timing-function:step-end;"
        "animation-iteration-count:infinite}"
        "@media (prefers-reduced-motion:reduce){.s{animation-name:none!important}.last{visibility:visible}}"
    )


def _keyframes(number: int, begin: float, end: float) -> str:
    frames = f"{begin:.3%}{{visibility:visible}}"
    frames = f"0%{{visibility:hidden}}{frames}" if begin else frames
    frames += f"{end:.3%}{{visibility:hidden}}" if end < 1 else ""
    return f"@keyframes k{number}{{{frames}}}.k{number}{{animation-name:k{number}}}"


def _text(run: Run) -> str:
    weight = ' font-weight="bold"' if run.bold else ""
    colour = _COLOURS.get(run.colour, f"#{run.colour}")
    # Held to its columns, whatever monospaced font there is.
    place = f'x="{run.column * _WIDTH:g}" textLength="{len(run.text) * _WIDTH:g}"'
    return f'<text {place} lengthAdjust="spacingAndGlyphs" fill="{colour}"{weight}>{escape(run.text)}</text>'


def _window(width: int, height: int, title: str) -> str:
    dots = "".join(
        f'<circle cx="{20 + 18 * at}" cy="17" r="5.5" fill="{fill}"/>'
        for at, fill in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    edge = f'x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="9"'
    return (
        f'<rect {edge} fill="#14181f" stroke="#3a424e"/>'
        f'{dots}<text x="{width / 2}" y="21" fill="#8b94a1" text-anchor="middle">{escape(title)}</text>'
    )
