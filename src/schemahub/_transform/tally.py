"""Counts while a transform runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._transform.result import Failure, TransformResult

if TYPE_CHECKING:
    from schemahub.errors import SchemahubError


@dataclass(slots=True)
class Tally:
    """What a run did so far; only committed work is counted."""

    objects: int = 0
    rows: int = 0
    files: int = 0
    commits: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)
    drift: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    suggestions: dict[str, str] = field(default_factory=dict)
    remapped: set[str] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """Objects of the commit in hand that observers know of."""

    def fail(self, where: str, error: SchemahubError) -> None:
        """Note what this run leaves aside from now on."""
        self.failures.setdefault(where, str(error))

    def result(self, version: int) -> TransformResult:
        """Return the outcome."""
        return TransformResult(
            version=version,
            objects=self.objects,
            rows=self.rows,
            quarantined=self.rules.total(),
            files=self.files,
            commits=self.commits,
            rules=tuple(self.rules.most_common()),
            paths=tuple(sorted((path, count) for path, count in self.paths.items() if path)),
            drift=tuple((exchange, tuple(sorted(names))) for exchange, names in sorted(self.drift.items())),
            suggestions=tuple(sorted(self.suggestions.items())),
            remapped=tuple(sorted(self.remapped)),
            failures=tuple(Failure(where=where, reason=why) for where, why in sorted(self.failures.items())),
        )
