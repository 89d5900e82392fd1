"""`schemahub doctor` as a person and a script call it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from schemahub.cli._group import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SCHEMAHUB_LAKE", "SCHEMAHUB_CONFIG", "S3_BUCKET", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def test_a_sound_machine_exits_0(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(cli, ["doctor", "--lake", str(tmp_path), "--offline"])
    assert outcome.exit_code == 0, outcome.output
    assert "0 problems" in outcome.stdout
    assert outcome.stderr == ""


def test_a_problem_exits_1_and_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    outcome = CliRunner().invoke(cli, ["doctor", "--lake", str(file), "--offline", "--json"])
    assert outcome.exit_code == 1
    document = json.loads(outcome.stdout)
    assert document["next"] == ["Choose another --lake, or move the file away."]
    (problem,) = [each for each in document["findings"] if each["standing"] == "problem"]
    assert "this is a file" in problem["found"]


def test_settings_that_cannot_be_read_are_a_problem_like_others(tmp_path: Path) -> None:
    config = tmp_path / "hub.yaml"
    config.write_text("ingest:\n  workres: 3\n")
    outcome = CliRunner().invoke(cli, ["doctor", "--config", str(config), "--offline"])
    assert outcome.exit_code == 1
    assert "hub.yaml:2" in outcome.stdout
    assert "environment" in outcome.stdout


def test_it_takes_about_a_second(tmp_path: Path) -> None:
    began = time.perf_counter()
    CliRunner().invoke(cli, ["doctor", "--lake", str(tmp_path), "--offline"])
    assert time.perf_counter() - began < 5, "a slow machine's allowance"
