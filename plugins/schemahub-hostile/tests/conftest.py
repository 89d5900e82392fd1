"""The table of rules against faults, at the end of the run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

collect_ignore = ["suites"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    caught = sys.modules.get("caught")
    if caught is None or not caught.CAUGHT:
        return
    terminalreporter.section("rules against faults", "-")
    for rule, seen in sorted(caught.CAUGHT.items()):
        verdict = "caught" if seen else "NOT CAUGHT"
        terminalreporter.write_line(f"{rule}  {caught.FAULTS[rule]:<62} {verdict}")
