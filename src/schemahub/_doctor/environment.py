"""Python, versions of distributions, and the extras that are not installed."""

from __future__ import annotations

import platform
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from schemahub import __version__
from schemahub._plugins import installed
from schemahub.checkup import problem, warning, well

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.checkup import Finding

_OLDEST_PYTHON = (3, 11)
EXTRAS = {
    "parquet": (("pyarrow", "numpy", "fsspec"), "the table: transform, compact, verify, data frames"),
    "sql": (("duckdb",), "SQL over the lake: sql, hub.sql"),
    "report": (("jinja2",), "the page that shows how a lake is: report, hub.report"),
    "terminal": (("rich",), "progress bars, tables in colours, status --watch"),
}
"""Each extra's modules, and what it is for."""


def look_at_environment() -> Iterator[Finding]:
    """Tell of Python, this distribution and those of plugins, and of each extra."""
    yield _python()
    yield well("environment", "schemahub", __version__)
    for name, version in sorted({info.distribution: info.version for info in installed()}.items()):
        if name != "schemahub":
            yield well("environment", name, version)
    for extra, (modules, use) in EXTRAS.items():
        yield _extra(extra, modules, use)


def _python() -> Finding:
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info[:2] < _OLDEST_PYTHON:
        return problem("environment", "Python", found, "Install Python 3.11 or newer.")
    return well("environment", "Python", f"{found}, {sys.prefix}")


def _extra(extra: str, modules: tuple[str, ...], use: str) -> Finding:
    missing = [module for module in modules if find_spec(module) is None]
    if not missing:
        return well("environment", f"extra {extra}", "installed")
    found = f"{', '.join(missing)} not installed; for {use}"
    return warning("environment", f"extra {extra}", found, f"pip install 'schemahub[{extra}]'")
