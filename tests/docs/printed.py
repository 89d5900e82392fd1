"""What a page says is printed, compared with what was."""

from __future__ import annotations

import re

PLACEHOLDERS = {
    "<time>": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?",
    "<n>": r"\d[\d,.]*",
}
"""What differs from run to run. Three dots stand for the rest of a line; alone on one, for any lines."""
_ANY = r"(?:.*\n)*?"


def same(expected: str, found: str) -> bool:
    """Tell whether `found` is what the page shows, but for the width of columns and trailing space."""
    pattern = "".join(_line(line) for line in _plain(expected))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _plain(found))) is not None


def _line(line: str) -> str:
    if line == "...":
        return _ANY
    if line.endswith(" ..."):
        return f"{re.escape(line.removesuffix('...'))}.*\n"
    pattern = re.escape(line)
    for name, value in PLACEHOLDERS.items():
        pattern = pattern.replace(re.escape(name), value)
    return f"{pattern}\n"


def _plain(text: str) -> list[str]:
    """Return the lines without what depends on the width of the values beside them."""
    lines = [re.sub(r"-{3,}", "---", re.sub(r" {2,}", "  ", line.strip())) for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines
