"""The Dockerfile keeps the rules that make an image small, repeatable and harmless."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from dockerfile import Instruction, stages

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
BUILT_AT = "/opt/schemahub"
COPIED = {"pyproject.toml", "README.md", "LICENSE", "docker/", "src/", "plugins/"}

LEFT_OUT = {"schemahub-hostile", "schemahub-dagster", "schemahub-dask", "schemahub-iceberg", "schemahub-ray"}
"""The first tests the conformance kit; the others are for lakes that need more than one small image."""


def given(name: str) -> list[Instruction]:
    """The final stage's instructions of a name."""
    return [instruction for instruction in stages(TEXT)[-1] if instruction.name == name]


def test_hadolint_has_nothing_to_say() -> None:
    beside = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if beside is None:
        pytest.skip("hadolint is not installed here: the extra `dev` brings it for Linux on x86-64")
    command = [beside, "--no-color", "Dockerfile"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert (done.returncode, done.stdout) == (0, "")


def test_both_stages_stand_on_the_same_small_image_of_a_stated_version() -> None:
    build, final = [stage[0].words for stage in stages(TEXT)]
    assert build[0] == final[0], "the environment holds the path of the interpreter that made it"
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", final[0])
    assert build[1:] == ["AS", "build"]


def test_the_final_stage_takes_the_environment_and_nothing_else() -> None:
    (copied,) = given("COPY")
    assert copied.words == ["--from=build", BUILT_AT, BUILT_AT]
    assert given("RUN") == []


def test_the_build_is_the_script_that_is_tried_here() -> None:
    (run,) = [instruction for instruction in stages(TEXT)[0] if instruction.name == "RUN"]
    assert run.text == f"docker/build.sh {BUILT_AT}"


def test_only_what_is_listed_is_copied_and_nothing_is_fetched_by_add() -> None:
    every = [instruction for stage in stages(TEXT) for instruction in stage]
    sources = [
        word
        for each in every
        if each.name == "COPY" and "--from=build" not in each.words
        for word in each.words[:-1]
    ]
    assert set(sources) == COPIED
    assert [each for each in every if each.name in {"ADD", "MAINTAINER", "EXPOSE"}] == []
    assert [each.text for each in every if each.name == "VOLUME"] == ['["/tmp"]']


def test_the_context_holds_what_is_copied_and_nothing_else() -> None:
    assert next(line for line in IGNORED if not line.startswith("#")) == "*"
    assert {line[1:] for line in IGNORED if line.startswith("!")} == {name.rstrip("/") for name in COPIED}
    assert {"**/tests", "**/.*"} <= set(IGNORED)


def test_it_does_not_run_as_root() -> None:
    (user,) = given("USER")
    assert all(int(part) >= 10_000 for part in user.text.split(":"))
    assert stages(TEXT)[-1].index(user) > stages(TEXT)[-1].index(given("COPY")[0])


def test_no_shell_stands_between_a_signal_and_the_run() -> None:
    (entry,), (command,) = given("ENTRYPOINT"), given("CMD")
    assert entry.is_exec_form
    assert command.is_exec_form
    assert entry.words == ["schemahub"]


def test_nothing_is_written_where_it_runs() -> None:
    (environment,) = given("ENV")
    assert {"PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"} <= set(environment.words)


def test_no_cache_is_left_and_nothing_secret_is_named() -> None:
    scripts = [path.read_text(encoding="utf-8") for path in (ROOT / "docker").glob("*.sh")]
    installs = [line for text in scripts for line in re.findall(r'"\$pip" install.*', text)]
    assert installs
    assert all("--no-cache-dir" in line for line in installs)
    for text in (TEXT, *scripts):
        assert not re.search(r"(?i)secret|token|password|_KEY\b|latest|curl|wget|apt-get", text)


def test_versions_are_pinned_by_name_alone() -> None:
    pins = [line for line in (ROOT / "docker/constraints.txt").read_text().splitlines() if line[:1] != "#"]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line) for line in pins), "no URL, no digest"
    names = {normal(line) for line in pins}
    assert len(names) == len(pins)
    assert needed() <= names


def normal(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement)[0]).lower()


def needed() -> set[str]:
    """What the distributions of the image ask for by name."""
    found: set[str] = set()
    plugins = [
        path for path in (ROOT / "plugins").glob("*/pyproject.toml") if path.parent.name not in LEFT_OUT
    ]
    for path in [ROOT / "pyproject.toml", *plugins]:
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        extras = project.get("optional-dependencies", {})
        found |= {normal(text) for text in [*project["dependencies"], *extras.get("parquet", [])]}
    return {name for name in found if not name.startswith("schemahub")}


def test_every_plugin_that_belongs_to_it_is_installed() -> None:
    script = (ROOT / "docker/install.sh").read_text(encoding="utf-8")
    plugins = {path.parent.name for path in (ROOT / "plugins").glob("*/pyproject.toml")}
    assert set(re.findall(r"plugins/([\w-]+)", script)) == plugins - LEFT_OUT
