"""What is deprecated warns for two minor releases, and is gone in the release that it named."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from tests.contract.tree import parsed, sources

import schemahub
from schemahub.deprecation import SchemahubDeprecationWarning, warn_deprecated

if TYPE_CHECKING:
    from collections.abc import Iterator

Release = tuple[int, ...]


def release(text: str) -> Release:
    return tuple(int(part) for part in text.split(".")[:2])


def announced(tree: ast.Module) -> Iterator[tuple[Release, Release]]:
    """Yield since and until of every deprecation in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("warn_deprecated"):
            said = {
                word.arg: ast.literal_eval(word.value)
                for word in node.keywords
                if word.arg in {"since", "until"}
            }
            yield release(said["since"]), release(said["until"])


def wrong(tree: ast.Module, current: Release) -> list[str]:
    faults = []
    for since, until in announced(tree):
        if until < min((since[0], since[1] + 2), (since[0] + 1, 0)):
            faults.append(f"{since} to {until} is less than two minor releases")
        if until <= current:
            faults.append(f"what goes in {until} is still there")
    return faults


def test_every_deprecation_keeps_its_word() -> None:
    current = release(schemahub.__version__)
    assert {path.name: found for path in sources() if (found := wrong(parsed(path), current))} == {}


@pytest.mark.parametrize(
    ("since", "until", "current", "faults"),
    [
        ("0.3", "0.5", "0.4", 0),
        ("0.3", "0.4", "0.3", 1),  # too soon
        ("0.3", "0.5", "0.5", 1),  # overdue
        ("1.9", "2.0", "1.9", 0),  # a major release ends it, too
    ],
)
def test_a_broken_word_is_seen(since: str, until: str, current: str, faults: int) -> None:
    call = f"warn_deprecated('x', instead='y', since={since!r}, until={until!r})"
    assert len(wrong(ast.parse(call), release(current))) == faults


def test_the_warning_names_the_way_out_and_the_caller_s_line() -> None:
    def old() -> None:
        warn_deprecated("Hub.old", instead="Hub.new", since="0.3", until="0.5")

    with pytest.warns(
        SchemahubDeprecationWarning, match=r"Hub\.old is .* goes in 0\.5: use Hub\.new"
    ) as caught:
        old()
    assert caught[0].filename == __file__
    assert caught[0].lineno != old.__code__.co_firstlineno + 1
