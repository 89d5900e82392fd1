"""The workflows do what .ci/run and the nox sessions do, and no more is trusted than is needed."""

from __future__ import annotations

import os
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from releasing.metadata import CLASSIFIERS
from releasing.projects import ROOT

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w.-]+@(v\d+|release/v\d+)$")
each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def workflow(name: str) -> dict[str, Any]:
    path = ROOT / ".github" / "workflows" / name
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def commands(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_ci_is_the_developers_own_script_and_nothing_else() -> None:
    (job,) = workflow("ci.yml")["jobs"].values()
    assert commands(job) == [".ci/run"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_ci_runs_on_every_python_that_is_promised() -> None:
    (job,) = workflow("ci.yml")["jobs"].values()
    matrix = job["strategy"]["matrix"]["python"]
    promised = {name.rpartition(" ")[2] for name in CLASSIFIERS if name.startswith("Programming Language")}
    assert set(matrix) == promised
    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert described["requires-python"] == f">={matrix[0]}"
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    quoted = ", ".join(f'"{python}"' for python in matrix)
    assert f"PYTHONS = [{quoted}]" in noxfile


def test_what_is_published_was_proved_first() -> None:
    jobs = workflow("release.yml")["jobs"]
    assert commands(jobs["build"])[:2] == [".ci/run", ".venv/bin/nox -s release -- dist"]
    assert jobs["publish"]["needs"] == "build"
    assert jobs["publish"]["if"] == "github.ref_type == 'tag'"
    assert commands(jobs["publish"]) == []  # nothing of ours runs beside the right to publish


@each
def test_rights_are_given_one_by_one(path: Path) -> None:
    found = workflow(path.name)
    assert found["permissions"] == {"contents": "read"}
    writing = {
        name: right for name, job in found["jobs"].items() for right in job.get("permissions", {}).items()
    }
    assert set(writing) <= {"publish"}
    assert not re.search(r"secrets\.|password|pull_request_target", path.read_text(encoding="utf-8"))


@each
def test_actions_are_pinned_and_jobs_end(path: Path) -> None:
    for job in workflow(path.name)["jobs"].values():
        assert 0 < job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert "run" in step or PINNED.match(step["uses"]), step


def test_every_session_that_is_named_exists() -> None:
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    texts = [
        path.read_text(encoding="utf-8")
        for path in (*WORKFLOWS, ROOT / "CONTRIBUTING.md", ROOT / "README.md")
    ]
    named = {name for text in texts for name in re.findall(r"nox -s ([\w-]+)", text)}
    assert named
    for name in named:
        assert re.search(rf"^def {name}\(|name=\"{name}\"", noxfile, re.MULTILINE), name
