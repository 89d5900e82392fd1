"""What is built from this folder is what users need, and says so."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from releasing import building
from releasing.contents import faults_of_contents
from releasing.metadata import faults_of_changelog, faults_of_metadata, metadata_of
from releasing.projects import CORE, ROOT, Project, projects

import schemahub

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.metadata import Metadata

PROJECTS = {project.name: project for project in projects()}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("dist")
    return {name: building.wheel(project.root, folder) for name, project in PROJECTS.items()}


@pytest.fixture
def core(wheels: dict[str, Path]) -> Metadata:
    return metadata_of(wheels[CORE])


each = pytest.mark.parametrize("name", PROJECTS)


@each
def test_a_wheel_holds_its_package_and_nothing_else(name: str, wheels: dict[str, Path]) -> None:
    assert list(faults_of_contents(PROJECTS[name], wheels[name])) == []


@each
def test_its_metadata_is_complete_and_agrees_with_the_core(
    name: str, wheels: dict[str, Path], core: Metadata
) -> None:
    assert list(faults_of_metadata(metadata_of(wheels[name]), core, set(PROJECTS))) == []


@each
def test_an_sdist_makes_the_same_wheel_and_brings_its_tests(
    name: str, wheels: dict[str, Path], tmp_path: Path
) -> None:
    unpacked = building.unpack(building.sdist(PROJECTS[name].root, tmp_path), tmp_path)
    again = building.wheel(unpacked, tmp_path)
    assert again.read_bytes() == wheels[name].read_bytes()
    assert list(unpacked.glob("tests/**/test_*.py"))
    assert (unpacked / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_core_s_sdist_is_the_core_s_alone(tmp_path: Path) -> None:
    unpacked = building.unpack(building.sdist(ROOT, tmp_path), tmp_path)
    top = {path.name for path in unpacked.iterdir()}
    assert top == {
        "docs",
        "src",
        "tests",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        "pyproject.toml",
        ".gitignore",
    }


def test_the_version_stands_in_the_code_and_heads_the_changelog(core: Metadata) -> None:
    assert str(core.version) == schemahub.__version__
    assert list(faults_of_changelog(schemahub.__version__)) == []
    assert list(faults_of_changelog("99.0")) != []


def test_a_file_too_many_and_one_too_few_are_seen(wheels: dict[str, Path], tmp_path: Path) -> None:
    name = "schemahub-kraken"
    wrong = tmp_path / wheels[name].name
    with zipfile.ZipFile(wheels[name]) as whole, zipfile.ZipFile(wrong, "w") as written:
        for kept in whole.namelist():
            if not kept.endswith(("py.typed", "connector.py")):
                written.writestr(kept, whole.read(kept))
        written.writestr("tests/test_x.py", "")
    found = list(faults_of_contents(PROJECTS[name], wrong))
    assert "tests/test_x.py does not belong there" in found
    assert "schemahub_kraken/connector.py is missing" in found
    assert any("py.typed" in fault for fault in found)


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        ('"Typing :: Typed",', "", "classifier 'Typing :: Typed' is missing"),
        ('"schemahub>=0.1,<0.2"', '"schemahub>=0.1"', "keep 0.2 out"),
        ('"schemahub>=0.1,<0.2"', '"schemahub>=0.0,<0.1"', "must let 0.1.0 in"),
        ('version = "0.1.0"', 'version = "0.1.1"', "version is 0.1.1"),
        ("Issues =", "Tickets =", "URL Issues is missing"),
        ("substitutions", "unused", "leads nowhere on an index"),
    ],
)
def test_a_mistake_in_a_description_is_seen(
    written: str, instead: str, fault: str, core: Metadata, tmp_path: Path
) -> None:
    project = PROJECTS["schemahub-aws"]
    folder = building.unpack(building.sdist(project.root, tmp_path), tmp_path)
    (folder / "PKG-INFO").unlink()  # it would be believed before the description
    described = folder / "pyproject.toml"
    text = described.read_text(encoding="utf-8")
    assert written in text
    described.write_text(text.replace(written, instead), encoding="utf-8")
    metadata = metadata_of(building.wheel(Project(folder).root, tmp_path))
    assert any(fault in found for found in faults_of_metadata(metadata, core, set(PROJECTS)))
