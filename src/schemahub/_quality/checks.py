"""One check, what it found, and how findings are spelt."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub.spans import SpanSet

_SPANS_SHOWN = 5


class State(enum.Enum):
    """How a check ended; only `FAILED` makes a proof fail."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at: what was seen, and what to do about it if it is not well."""

    name: str
    state: State
    evidence: str
    hint: str = ""


def ok(name: str, evidence: str) -> Check:
    """Return a check that holds."""
    return Check(name=name, state=State.OK, evidence=evidence)


def note(name: str, evidence: str, hint: str = "") -> Check:
    """Return a finding that is no fault."""
    return Check(name=name, state=State.NOTE, evidence=evidence, hint=hint)


def warning(name: str, evidence: str, hint: str = "") -> Check:
    """Return a finding that somebody should look at, though nothing is lost or doubled by it."""
    return Check(name=name, state=State.WARNING, evidence=evidence, hint=hint)


def failed(name: str, evidence: str, hint: str = "") -> Check:
    """Return a check that does not hold."""
    return Check(name=name, state=State.FAILED, evidence=evidence, hint=hint)


def ranges(spans: SpanSet) -> str:
    """Print positions for people: the first few ranges, and how many positions there are in all."""
    shown = ", ".join(str(span) for span in islice(spans, _SPANS_SHOWN))
    more = len(spans.spans) - _SPANS_SHOWN
    return f"{shown}{f' and {more:,} more ranges' if more > 0 else ''} ({counted(len(spans), 'position')})"


def counted(number: int, thing: str) -> str:
    """Print `1 thing`, `2,000 things`."""
    return f"{number:,} {thing}{'' if number == 1 else 'es' if thing.endswith('ch') else 's'}"
