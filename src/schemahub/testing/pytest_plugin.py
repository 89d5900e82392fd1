"""The pytest plugin that comes with schemahub: rules in reports, a count of them, a list of them.

It is loaded wherever schemahub and pytest are installed, so it imports nothing but the standard library
until a test bears the marker `rule`, or the list is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_WORST_FIRST = ("failed", "passed", "skipped")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the list."""
    group = parser.getgroup("schemahub")
    group.addoption(
        "--schemahub-rules", action="store_true", help="list the rules of schemahub's conformance suites"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and whoever counts."""
    config.addinivalue_line(
        "markers", "rule(id): the rule of a schemahub conformance suite that a test checks"
    )
    config.pluginmanager.register(_Count(), "schemahub-rules")


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """List the rules instead of running tests, if that is asked for."""
    if not config.option.schemahub_rules:
        return None
    from schemahub.testing.rules import RULES

    for each in RULES.values():
        print(f"{each.id}  {each.title}")  # noqa: T201 - what was asked for
    return 0


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Say in a test's report which rule it checks, and if it failed, what that means."""
    outcome = yield
    identity = _rule_of(item)
    if identity is None:
        return
    report: pytest.TestReport = outcome.get_result()
    suite_class = getattr(item, "cls", None)
    report.user_properties.append(("schemahub_rule", f"{identity} {getattr(suite_class, '__name__', '')}"))
    if report.failed:
        from schemahub.testing.rules import RULES

        report.sections.append((f"rule {identity}", RULES[identity].text()))


def _rule_of(item: pytest.Item) -> str | None:
    marker = item.get_closest_marker("rule")
    return str(marker.args[0]) if marker and marker.args else None


class _Count:
    """Counts rules by class of tests: a rule that many tests check counts once, by its worst outcome."""

    def __init__(self) -> None:
        """Start with none."""
        self._found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcome of one phase of a test."""
        if report.when != "call" and report.outcome == "passed":
            return
        for name, value in report.user_properties:
            if name == "schemahub_rule":
                self._note(str(value), report.outcome)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print one line for each class of tests."""
        if self._found:
            terminalreporter.section("schemahub rules", "-")
        for line in self._lines():
            terminalreporter.write_line(line)

    def _note(self, value: str, outcome: str) -> None:
        identity, _, owner = value.partition(" ")
        known = self._found[owner, identity.rpartition("-")[0]]
        candidates = {known.get(identity, outcome), outcome}
        known[identity] = next(each for each in _WORST_FIRST if each in candidates)

    def _lines(self) -> Iterator[str]:
        for (owner, suite), rules in sorted(self._found.items()):
            numbers = {name: sum(each == name for each in rules.values()) for name in _WORST_FIRST}
            failed = ", ".join(sorted(identity for identity, each in rules.items() if each == "failed"))
            text = f"{suite}  {owner}: {numbers['passed']} passed"
            if numbers["skipped"]:
                text += f", {numbers['skipped']} do not apply"
            yield text + (f", {numbers['failed']} FAILED: {failed}" if failed else "")
