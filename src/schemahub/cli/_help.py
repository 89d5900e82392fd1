"""Help that teaches by example."""

from __future__ import annotations


def examples(*pairs: tuple[str, str]) -> str:
    """Write the end of a command's `--help`: what each line does, and the line as it is typed.

    A test parses each line by the command's own options.
    """
    shown = "\n".join(f"  # {what}\n  {line}" for what, line in pairs)
    # \b: click leaves the lines of this paragraph as they are.
    return f"\b\nExamples:\n{shown}"
