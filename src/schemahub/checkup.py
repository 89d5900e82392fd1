"""What `schemahub doctor` finds, and what plugins add to it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Standing(enum.Enum):
    """How something stands; only a problem makes `doctor` exit with 1."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line: of what, what is the case, and what to do about it.

    `found` never holds a secret: credentials are told by the name of their source alone (R8).
    """

    area: str
    subject: str
    standing: Standing
    found: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What a plugin's hook `schemahub_checkup` is asked about.

    `lake` is the lake's URL, None if none is given. With `offline` nothing may be sent anywhere.
    """

    lake: str | None
    locks: str
    catalog: str | None
    query_engine: str
    offline: bool


def well(area: str, subject: str, found: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(area=area, subject=subject, standing=Standing.OK, found=found)


def warning(area: str, subject: str, found: str, hint: str | None = None) -> Finding:
    """Return a finding that may matter."""
    return Finding(area=area, subject=subject, standing=Standing.WARNING, found=found, hint=hint)


def problem(area: str, subject: str, found: str, hint: str | None = None) -> Finding:
    """Return a finding that keeps a run from working."""
    return Finding(area=area, subject=subject, standing=Standing.PROBLEM, found=found, hint=hint)
