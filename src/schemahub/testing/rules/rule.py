"""One thing that every implementation of an interface promises."""

from __future__ import annotations

from dataclasses import dataclass

PAGE = "docs/AUTHORS.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of a conformance suite; ids are never used again for another rule.

    `reason` is what goes wrong in the field without it, `remedy` what the author of a failing plugin does.
    """

    id: str
    title: str
    reason: str
    remedy: str

    @property
    def suite(self) -> str:
        """Return the suite that the rule is part of: `CT-CON`."""
        return self.id.rpartition("-")[0]

    @property
    def link(self) -> str:
        """Return where to read on."""
        return f"{PAGE}#{self.id.lower()}"

    def text(self) -> str:
        """Return the rule as a failing test's report shows it."""
        return f"{self.id}: {self.title}\n  why:  {self.reason}\n  do:   {self.remedy}\n  read: {self.link}"

    def markdown(self) -> str:
        """Return the rule as a section of the author's page."""
        return f"### {self.id}\n\n**{self.title}** {self.reason}\n\n*What to do:* {self.remedy}\n"


def rules_of(suite: str, *rows: tuple[str, str, str]) -> tuple[Rule, ...]:
    """Return a suite's rules, given by title, reason and remedy; new ones go to the end.

    Their number is their place.
    """
    return tuple(
        Rule(id=f"{suite}-{number:02}", title=title, reason=reason, remedy=remedy)
        for number, (title, reason, remedy) in enumerate(rows, 1)
    )
