"""What a transform did."""

from __future__ import annotations

from dataclasses import dataclass

from schemahub.results import Grid, Result

_FAST = ("fixed", "shape")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A raw object, stream or step that could not be done, and why; the others went on (R9)."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformResult(Result):
    """Rows that became visible, and raw that did not get there.

    `rules` counts quarantined rows by the rule they broke. `drift` names raw fields that a mapping says
    nothing of, `suggestions` the lines to paste into them. `paths` counts raw objects by the way that their
    lines were read. `remapped` names exchanges whose older rows were made with another mapping. After a dry
    run, `objects` and `rows` are what there is to do.
    """

    version: int
    objects: int = 0
    rows: int = 0
    quarantined: int = 0
    files: int = 0
    commits: int = 0
    rules: tuple[tuple[str, int], ...] = ()
    paths: tuple[tuple[str, int], ...] = ()
    drift: tuple[tuple[str, tuple[str, ...]], ...] = ()
    suggestions: tuple[tuple[str, str], ...] = ()
    remapped: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    dry_run: bool = False

    @property
    def complete(self) -> bool:
        """Tell whether all of raw is in the table or in its quarantine."""
        return not self.failures

    @property
    def failed(self) -> int:
        """Count what was left undone."""
        return len(self.failures)

    def headline(self) -> str:
        """Return the outcome in one sentence."""
        if self.dry_run:
            return f"{self.objects:,} raw objects with {self.rows:,} new trades to transform"
        text = f"{self.rows:,} rows from {self.objects:,} raw objects into version {self.version}"
        if self.quarantined:
            text += f", {self.quarantined:,} in quarantine"
        return f"{text}, {len(self.failures)} failed" if self.failures else text

    def next_steps(self) -> tuple[str, ...]:
        """Return what to do with rows that no mapping fits."""
        if self.dry_run:
            return ("schemahub transform",) if self.objects else ()
        if self.failures:
            return ("schemahub verify",)
        mended = "look at the rows under quarantine/, mend the mapping, then schemahub transform --full"
        return (mended,) if self.quarantined else ()

    def grids(self) -> tuple[Grid, ...]:
        """Return failures, quarantine, drift and changed mappings."""
        failed = tuple((failure.where, failure.reason) for failure in self.failures)
        remapped = tuple((name, "older rows keep theirs: transform --full") for name in self.remapped)
        slow = tuple((path, count) for path, count in self.paths if path not in _FAST)
        slower = f"{sum(count for _, count in slow):,} of {self.objects:,} objects took a slower path"
        return (
            Grid(title="failed", columns=("where", "reason"), rows=failed),
            Grid(title="quarantined", columns=("rule", "rows"), rows=self.rules),
            Grid(
                title="fields no column names",
                columns=("exchange", "to leave them out"),
                rows=self.suggestions,
            ),
            Grid(title=slower, columns=("path", "objects"), rows=slow),
            Grid(title="mapping changed", columns=("exchange", "note"), rows=remapped),
        )
