"""One class of tests for each fault, of which only the tests of the rule that it breaks are run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--outcomes", type=Path, help="where to write what became of each fault's tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, dropped = [], []
    for item in items:
        marker = item.get_closest_marker("rule")
        fits = marker is not None and marker.args[0] == getattr(item.cls, "breaks", None)  # type: ignore[attr-defined]  # all are methods
        (kept if fits else dropped).append(item)
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept


class _Outcomes:
    """Collects, by rule, whether a test failed and what its report says."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, object]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        rules = [str(value).split()[0] for name, value in report.user_properties if name == "schemahub_rule"]
        for rule in rules:
            known = self.found.setdefault(rule, {"failed": False, "text": "", "ran": False})
            known["ran"] = known["ran"] or report.outcome != "skipped"
            if report.failed:
                sections = "\n".join(f"{title}\n{text}" for title, text in report.sections)
                known.update(failed=True, text=f"{report.longreprtext}\n{sections}")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Outcomes(), "outcomes")


def pytest_sessionfinish(session: pytest.Session) -> None:
    outcomes = session.config.pluginmanager.get_plugin("outcomes")
    path = session.config.getoption("--outcomes")
    if path is not None and isinstance(outcomes, _Outcomes):
        path.write_text(json.dumps(outcomes.found), encoding="utf-8")
