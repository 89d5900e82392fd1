"""Every rule of the conformance suites: its number, its reason, and what to do when it fails.

A test of a suite is marked with its rule, `@rule("CT-CON-07")`; the pytest plugin that comes with schemahub
adds the rule to a failing test's report, and counts. `pytest --schemahub-rules` lists them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from schemahub.testing.rules.cassette import CASSETTE
from schemahub.testing.rules.catalog import CATALOG
from schemahub.testing.rules.checkpoint_store import CHECKPOINT_STORE
from schemahub.testing.rules.connector import CONNECTOR
from schemahub.testing.rules.lock_provider import LOCK_PROVIDER
from schemahub.testing.rules.object_store import OBJECT_STORE
from schemahub.testing.rules.raw_sink import RAW_SINK
from schemahub.testing.rules.rule import Rule
from schemahub.testing.rules.table import TABLE
from schemahub.testing.rules.transformer import TRANSFORMER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

SUITES: Mapping[str, str] = {
    "CT-CON": "connector",
    "CT-CAS": "cassette",
    "CT-OBJ": "object store",
    "CT-RAW": "raw sink",
    "CT-CKP": "checkpoint store",
    "CT-LCK": "lock provider",
    "CT-TRF": "transformer",
    "CT-TAB": "table",
    "CT-CAT": "catalog",
}
"""What each suite is about, in the order that people are shown."""

RULES: Mapping[str, Rule] = {
    each.id: each
    for each in (
        *CONNECTOR,
        *CASSETTE,
        *OBJECT_STORE,
        *RAW_SINK,
        *CHECKPOINT_STORE,
        *LOCK_PROVIDER,
        *TRANSFORMER,
        *TABLE,
        *CATALOG,
    )
}
"""Every rule by its id."""

__all__ = ["RULES", "SUITES", "Rule", "as_markdown", "rule"]


def as_markdown() -> str:
    """Return all rules as sections of the author's page."""
    parts: list[str] = []
    for suite, name in SUITES.items():
        parts.append(f"## Rules of every {name}\n")
        parts += [each.markdown() for each in RULES.values() if each.suite == suite]
    return "\n".join(parts)


def rule(identity: str) -> Callable[[T], T]:
    """Mark a test with the rule that it checks; an unknown one is a `KeyError`."""
    import pytest

    return pytest.mark.rule(RULES[identity].id)  # type: ignore[return-value]  # pytest marks any callable, and returns it
