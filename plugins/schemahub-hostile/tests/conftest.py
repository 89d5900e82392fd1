"""The table of rules against faults, at the end of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

collect_ignore = ["suites"]
# Reports come from other processes where tests are spread over several.
_seen: dict[str, tuple[str, bool]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    for name, value in report.user_properties:
        if name == "schemahub_fault" and report.when == "call":
            rule, _, fault = str(value).partition(" ")
            _seen[rule] = (fault, report.passed)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _seen:
        return
    terminalreporter.section("rules against faults", "-")
    for rule, (fault, caught) in sorted(_seen.items()):
        terminalreporter.write_line(f"{rule}  {fault:<62} {'caught' if caught else 'NOT CAUGHT'}")
