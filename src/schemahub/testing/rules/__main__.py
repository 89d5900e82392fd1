"""Print the rules as docs/AUTHORS.md has them: `python -m schemahub.testing.rules`."""

from __future__ import annotations

from schemahub.testing.rules import as_markdown

if __name__ == "__main__":
    print(as_markdown(), end="")  # noqa: T201 - what it is for
