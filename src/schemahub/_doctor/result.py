"""What `doctor` returns."""

from __future__ import annotations

from dataclasses import dataclass

from schemahub.checkup import Finding, Standing
from schemahub.results import Grid, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorResult(Result):
    """Everything that was looked at, in the order of what depends on what."""

    offline: bool
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Tell whether there is no problem; warnings are told, no more."""
        return not self.failed

    @property
    def failed(self) -> int:
        """Count the problems."""
        return len(self._with(Standing.PROBLEM))

    def headline(self) -> str:
        """Count problems and warnings, the first of the worst in full."""
        bad, doubtful = self._with(Standing.PROBLEM), self._with(Standing.WARNING)
        looked = f"{len(self.findings)} things looked at"
        text = f"{looked}, {len(bad)} problems, {len(doubtful)} warnings"
        return f"{text}; {bad[0].subject}: {bad[0].found}" if bad else text

    def next_steps(self) -> tuple[str, ...]:
        """Return what to do about each problem."""
        return tuple(dict.fromkeys(finding.hint for finding in self._with(Standing.PROBLEM) if finding.hint))

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a finding."""
        rows = tuple(
            (each.standing.value, each.area, each.subject, each.found, each.hint) for each in self.findings
        )
        return (Grid(title="", columns=("", "area", "of", "found", "what to do"), rows=rows),)

    def _with(self, standing: Standing) -> list[Finding]:
        return [finding for finding in self.findings if finding.standing is standing]
