"""The built site shows every public name, and the pages that are made for it."""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from page_reader import DOCS, ROOT

import schemahub
import schemahub.testing
from schemahub import errors
from schemahub.cli._commands import COMMANDS
from schemahub.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

needs_mkdocs = pytest.mark.skipif(
    find_spec("mkdocs") is None, reason="the site is built with the extra `docs`: nox -s docs"
)
OUTSIDE = {"builtin", "cli", "testing"}
"""Used by name in settings, or from a shell; of `testing` its own list counts."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - a constant
    # Not `--quiet`: with it, strict overlooks warnings.
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def public() -> Iterator[str]:
    """Yield the full name of every public class and function of the core, and of their public members."""
    for found in pkgutil.iter_modules(schemahub.__path__):
        if found.name.startswith("_") or found.name in OUTSIDE:
            continue
        module = importlib.import_module(f"schemahub.{found.name}")
        for name, value in vars(module).items():
            if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__:
                yield f"{module.__name__}.{name}"
                yield from members(value)
    yield from (f"schemahub.testing.{name}" for name in schemahub.testing.__all__)
    yield from (f"{kind.__module__}.{kind.__qualname__}" for kind in results(Result))


def members(value: object) -> Iterator[str]:
    if inspect.isclass(value):
        own = {**vars(value), **dict.fromkeys(vars(value).get("__dataclass_fields__", ()))}
        for name in own:
            if not name.startswith("_") and not name.startswith("model_"):
                yield f"{value.__module__}.{value.__qualname__}.{name}"


def results(base: type) -> Iterator[type]:
    """Yield what the hub returns: the results that are not of the command line alone."""
    for module in (
        "_jobs",
        "_seeding",
        "_query.answer",
        "_query.ddl",
        "_doctor.result",
        "_report.result",
        "_compact.result",
        "_transform.result",
    ):
        importlib.import_module(f"schemahub.{module}")
    for kind in base.__subclasses__():
        if kind.__module__.startswith("schemahub._"):
            yield kind
        yield from results(kind)


@needs_mkdocs
def test_every_public_name_is_in_the_reference(site: Path) -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in site.glob("reference/*/index.html"))
    shown = set(re.findall(r'id="(schemahub\.[\w.]+)"', text))
    names = set(public())
    assert len(names) > 300
    assert sorted(names - shown) == []


@needs_mkdocs
def test_what_schemahub_exports_is_among_them(site: Path) -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in site.glob("reference/*/index.html"))
    for name in set(schemahub.__all__) - {"__version__"}:
        assert re.search(rf'id="schemahub\.([\w.]+\.)?{name}"', shown), name


@needs_mkdocs
def test_pages_that_are_made_show_commands_and_decisions(site: Path) -> None:
    text = (site / "reference" / "help" / "index.html").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"Usage: schemahub {name}" in text, name
    listed = (site / "decisions" / "index.html").read_text(encoding="utf-8")
    for path in (DOCS / "decisions").glob("[0-9]*.md"):
        assert f'href="{path.stem}/"' in listed, path.name


@needs_mkdocs
def test_marks_are_not_shown_and_links_stay_in_the_site_or_lead_to_the_repository(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "```" not in re.sub(r"<code>.*?</code>", "", text, flags=re.DOTALL), page
        assert not re.search(r'href="(\.\./)*(plugins|examples|terraform|bench)/', text), page


def test_each_error_has_a_next_step_and_the_exit_code_that_it_gives() -> None:
    text = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d) \| .{10,} \|$", text, re.MULTILINE))
    kinds = [kind for kind in vars(errors).values() if inspect.isclass(kind)]
    assert rows == {kind.__name__: "2" if issubclass(kind, errors.ConfigError) else "1" for kind in kinds}


@pytest.mark.parametrize(
    "page",
    [
        *DOCS.glob("howto/*.md"),
        *DOCS.glob("reference/*.md"),
        *DOCS.glob("explanation/*.md"),
        DOCS / "tutorial.md",
    ],
    ids=lambda page: page.stem,
)
def test_a_page_begins_by_saying_for_whom_it_is(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert lines[2].startswith(("For whoever ", "For a newcomer "))
