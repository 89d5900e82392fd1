"""What a wheel says about itself: complete, valid, and in agreement with the other distributions."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from packaging.metadata import Metadata
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from trove_classifiers import classifiers as valid_classifiers

from releasing.projects import CORE, HOME, NEVER_PUBLISHED, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLASSIFIERS = {
    "Development Status :: 4 - Beta",
    "Intended Audience :: Financial and Insurance Industry",
    "Operating System :: OS Independent",
    "Programming Language :: Python :: 3.11",
    "Programming Language :: Python :: 3.12",
    "Programming Language :: Python :: 3.13",
    "Typing :: Typed",
}
"""What each of ours says; more is welcome."""
URLS = {"Documentation", "Source", "Changelog", "Issues"}
_RELATIVE = re.compile(r"\]\((?!https?:|#)[^)]*\)|src=\"(?!https?:)[^\"]*\"")


def metadata_of(wheel: Path) -> Metadata:
    """Read and validate a wheel's metadata; a field that the standard refuses is an error."""
    with zipfile.ZipFile(wheel) as opened:
        name = next(name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        return Metadata.from_email(opened.read(name), validate=True)


def faults_of_metadata(found: Metadata, core: Metadata, names: set[str]) -> Iterator[str]:
    """Yield what is wrong with a distribution's metadata beside the core's, a sentence each."""
    given = set(found.classifiers or ())
    yield from (f"classifier {name!r} is missing" for name in sorted(CLASSIFIERS - given))
    yield from (
        f"classifier {name!r} is unknown" for name in sorted(given - valid_classifiers - {NEVER_PUBLISHED})
    )
    for field in ("version", "requires_python", "license_expression", "license_files", "author"):
        expected, actual = getattr(core, field), getattr(found, field)
        if not actual or actual != expected:
            yield f"{field} is {actual}, the core's is {expected}"
    yield from (f"{field} is missing" for field in ("summary", "keywords") if not getattr(found, field))
    yield from _faults_of_urls(dict(found.project_urls or {}))
    yield from _faults_of_readme(found)
    yield from _faults_of_bounds(found, names)


def _faults_of_urls(urls: dict[str, str]) -> Iterator[str]:
    yield from (f"URL {name} is missing" for name in sorted(URLS - set(urls)))
    yield from (f"URL {name} is not the project's" for name, url in urls.items() if not url.startswith(HOME))


def _faults_of_readme(found: Metadata) -> Iterator[str]:
    if found.description_content_type != "text/markdown" or not (found.description or "").startswith("# "):
        yield "the readme is missing, or no Markdown"
    for link in _RELATIVE.findall(found.description or ""):
        yield f"the readme's {link} leads nowhere on an index: see fancy-pypi-readme in the core"


def _faults_of_bounds(found: Metadata, names: set[str]) -> Iterator[str]:
    """Yield what is wrong with bounds among ours: this release is let in, the next breaking one is not."""
    version = Version(str(found.version))
    breaking = Version(
        f"{version.major}.{version.minor + 1}" if not version.major else f"{version.major + 1}"
    )
    ours: dict[str, SpecifierSet] = {}
    for requirement in found.requires_dist or ():
        if requirement.name in names - {found.name}:
            ours[requirement.name] = ours.get(requirement.name, SpecifierSet()) & requirement.specifier
    if found.name != CORE and CORE not in ours:
        yield f"it does not require {CORE}"
    for name, bounds in ours.items():
        if version not in bounds or breaking in bounds:
            yield f"{name}{bounds} must let {version} in and keep {breaking} out"


def faults_of_changelog(version: str) -> Iterator[str]:
    """Yield what is wrong with the changelog's newest heading."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[?(\d[^\s\]]*)", text, re.MULTILINE)
    if version not in released[:1]:
        yield f"the changelog's newest version is {released[:1]}, the code's is {version}"
