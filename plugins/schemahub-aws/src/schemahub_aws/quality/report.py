"""What was found, as values."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from schemahub.results import Grid, Result


class Aspect(enum.Enum):
    """What a check is about; an alarm and a chapter of the runbook each."""

    FRESHNESS = "freshness"
    COMPLETENESS = "completeness"
    DUPLICATES = "duplicates"
    BALANCE = "raw = unified + quarantine"
    VOLUME = "volume"
    LAG = "lag"
    SENSE = "sense"


class Level(enum.Enum):
    """How bad a finding is; a note is no finding of a fault."""

    NOTE = "note"
    WARNING = "warning"
    FAILED = "failed"
    NOT_MADE = "not made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check that is not plainly well: whose, what was seen, and what to do."""

    aspect: Aspect
    check: str
    level: Level
    exchange: str | None
    product: str | None
    found: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What the lake holds of one product; ages in seconds, None where there is nothing to be old."""

    exchange: str
    product: str
    trades: int
    rows: int
    quarantined: int
    missing: int
    raw_files: int
    raw_bytes: int
    age_seconds: float | None
    table_age_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubled:
    """What Athena counted of an exchange: rows in all, and those whose id another one has too."""

    exchange: str
    rows: int
    more_than_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Result):
    """The outcome of one look at the lake."""

    lake: str
    seconds: float
    findings: tuple[Finding, ...]
    holdings: tuple[Holding, ...]
    doubled: tuple[Doubled, ...]

    @property
    def complete(self) -> bool:
        """Tell whether every check was made, and none found a fault; a note or a warning is none."""
        return not any(each.level in {Level.FAILED, Level.NOT_MADE} for each in self.findings)

    def headline(self) -> str:
        """Say what is wrong, the first of the worst in full."""
        worst = [each for each in self.findings if each.level in {Level.FAILED, Level.NOT_MADE}]
        looked = f"{len(self.holdings):,} products in {self.seconds:.1f} s"
        if not worst:
            warned = sum(each.level is Level.WARNING for each in self.findings)
            return f"{looked}: nothing wrong, {warned:,} to look at"
        first = worst[0]
        where = "/".join(filter(None, (first.exchange, first.product))) or "lake"
        return f"{looked}: {len(worst):,} findings; {where}: {first.aspect.value}: {first.found}"

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a finding."""
        columns = ("about", "check", "how bad", "exchange", "product", "found", "what to do")
        rows = tuple(
            (
                each.aspect.value,
                each.check,
                each.level.value,
                each.exchange,
                each.product,
                each.found,
                each.hint,
            )
            for each in self.findings
        )
        return (Grid(title="findings", columns=columns, rows=rows),)
