"""Terraform's own checks, and what a person finds in the folder."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.terraform.planned import EXAMPLE, FOLDER, SECONDS

if TYPE_CHECKING:
    from tests.terraform.planned import Terraform

MODULES = {
    *(
        "storage",
        "state",
        "catalog",
        "ingest",
        "transform",
        "network",
        "quality",
        "observability",
        "budget",
        "registry",
    ),
    *("bucket", "role", "task", "compute"),
}


def blocks(kind: str) -> dict[str, str]:
    """Return the blocks of a kind in all files, by file and name."""
    found = {}
    for path in sorted(FOLDER.rglob("*.tf")):
        if ".terraform" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for name, body in re.findall(rf'^{kind} "(\w+)" {{\n(.*?)^}}', text, re.MULTILINE | re.DOTALL):
            found[f"{path.relative_to(FOLDER).parent.as_posix()}: {name}"] = body
    return found


def test_it_is_formatted(terraform: Terraform) -> None:
    assert terraform.done("fmt", "-check", "-recursive", "-diff") == ""


def test_it_is_valid(terraform: Terraform) -> None:
    assert "Success" in terraform.done("validate")


def test_its_own_tests_pass(terraform: Terraform) -> None:
    assert re.search(r"Success! [1-9]\d* passed, 0 failed", terraform.done("test"))


def test_every_argument_is_one_that_the_provider_has(terraform: Terraform) -> None:
    checker = Path(os.environ["SCHEMAHUB_TERRAFORM_OFFLINE"]) / "tfcheck.py"
    python = Path(os.environ["TF_CLI_CONFIG_FILE"]).parent / "venv" / "bin" / "python"
    command = [python, checker, terraform.folder]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - ours
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r" [1-9]\d* aws blocks, 0 errors", ended.stdout)


def test_the_modules_are_those_that_the_page_lists() -> None:
    assert {path.name for path in (FOLDER / "modules").iterdir()} == MODULES
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) >= MODULES


@pytest.mark.parametrize("kind", ["variable", "output"])
def test_every_variable_and_output_says_what_it_is(kind: str) -> None:
    found = blocks(kind)
    assert len(found) > 10
    silent = [
        name for name, body in found.items() if not re.search(r'^  description\s*= ".+"$', body, re.MULTILINE)
    ]
    assert silent == []


def test_every_variable_has_a_type_and_those_that_could_be_wrong_are_checked() -> None:
    found = blocks("variable")
    assert [name for name, body in found.items() if not re.search(r"^  type\s*= ", body, re.MULTILINE)] == []
    # What can hold no nonsense: a switch, a list of addresses that AWS checks itself, and free text.
    free = {"allow_destroy", "enabled", "use_spot", "metrics_by_product", "tags", "image", "alarm_emails"}
    unchecked = {
        name.removeprefix(".: ")
        for name, body in found.items()
        if name[0] == "." and "validation" not in body
    }
    assert unchecked == free


def test_the_example_names_what_has_no_default_and_nothing_that_is_no_variable() -> None:
    example = (FOLDER / EXAMPLE).read_text(encoding="utf-8")
    needed = {
        name.removeprefix(".: ")
        for name, body in blocks("variable").items()
        if name[0] == "." and "  default" not in body
    }
    said = set(re.findall(r"^(\w+)\s*=", example, re.MULTILINE))
    assert needed <= said
    mentioned = set(re.findall(r"^(?:# )?(\w+)\s*= ", example, re.MULTILINE))
    assert mentioned <= {name.removeprefix(".: ") for name in blocks("variable")}


def test_nothing_secret_or_of_one_machine_is_tracked() -> None:
    ignored = (FOLDER.parent / ".gitignore").read_text(encoding="utf-8").split()
    assert {"*.tfvars", "*.tfstate", "*.tfstate.*", ".terraform/"} <= set(ignored)


def test_the_cost_table_adds_up_and_begins_with_what_the_page_says() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8").partition("## What it costs")[2]
    page = (FOLDER.parent / "docs" / "AWS.md").read_text(encoding="utf-8")
    rows = [
        [float(cell.strip(" *<")) for cell in row.split("|")[2:4]]
        for row in re.findall(r"^\|.*\d\.\d\d.*\|$", readme, re.MULTILINE)
        if "<" not in row
    ]
    counted, *more, total = rows
    assert re.search(rf"\*\*in all\*\* \| \*\*{counted[0]}\*\* \| \*\*{counted[1]}\*\*", page)
    for column in (0, 1):
        assert total[column] == pytest.approx(sum(row[column] for row in [counted, *more]))
