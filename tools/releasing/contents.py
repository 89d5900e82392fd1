"""What a wheel holds: every file of its package, what describes it, and nothing else."""

from __future__ import annotations

import configparser
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from releasing.projects import Project

DESCRIBING = {"METADATA", "WHEEL", "RECORD", "licenses/LICENSE"}
NEVER_SHIPPED = {".pyc", ".so", ".ipynb"}


def source_files(project: Project) -> set[str]:
    """Return the files of a package, as a wheel names them."""
    parent = project.source.parent
    paths = (path for path in project.source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(parent).as_posix() for path in paths}


def faults_of_contents(project: Project, wheel: Path) -> Iterator[str]:
    """Yield what is wrong with a wheel's files, a sentence each."""
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
        entry_points = next((name for name in names if name.endswith(".dist-info/entry_points.txt")), None)
        declared = opened.read(entry_points).decode() if entry_points else ""
    described = {name for name in names if ".dist-info/" in name}
    wanted = source_files(project)
    yield from (f"{name} is missing" for name in sorted(wanted - names))
    yield from (f"{name} does not belong there" for name in sorted(names - wanted - described))
    found = {name.partition(".dist-info/")[2] for name in described}
    describing = DESCRIBING | ({"entry_points.txt"} if project.has_entry_points else set())
    yield from (f"dist-info/{name} is missing" for name in sorted(describing - found))
    yield from (f"dist-info/{name} does not belong there" for name in sorted(found - describing))
    if f"{project.package}/py.typed" not in names:
        yield "py.typed is missing: its types are not read"
    yield from (f"{name} is not source" for name in sorted(names) if name[name.rfind(".") :] in NEVER_SHIPPED)
    yield from (
        f"entry point {target} leads nowhere" for target in _modules(declared) if not _is_in(target, names)
    )


def _modules(entry_points: str) -> Iterator[str]:
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.read_string(entry_points)
    for group in parser.sections():
        yield from (value.partition(":")[0] for value in parser[group].values())


def _is_in(module: str, names: set[str]) -> bool:
    path = module.replace(".", "/")
    return not {f"{path}.py", f"{path}/__init__.py"}.isdisjoint(names)
