"""Counts while a transform runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._transform.kept import Kept
from schemahub._transform.result import Failure, TransformResult
from schemahub.layout import StreamId

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Known:
    """What a run's observers were told of already: once is enough, though work may be done again."""

    told: set[str] = field(default_factory=set)
    """Objects of the commit in hand that were read."""
    failures: dict[str, str] = field(default_factory=dict)
    """Objects and streams that the rest of the run leaves aside, each with the reason."""

    def of(self, keys: Iterable[str]) -> Known:
        """Return what concerns these objects."""
        objects = set(keys)
        where = objects | {str(StreamId.of_raw_key(key)) for key in objects}
        failures = {name: self.failures[name] for name in where & self.failures.keys()}
        return Known(told=self.told & objects, failures=failures)


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
    known: Known = field(default_factory=Known)
    kept: Kept = field(default_factory=Kept)

    @property
    def failures(self) -> dict[str, str]:
        """Return what the rest of the run leaves aside."""
        return self.known.failures

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
