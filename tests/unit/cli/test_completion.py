"""The tab key, in a real bash, and what each parameter offers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete

import schemahub
from schemahub._seed import write_seed
from schemahub.cli._group import cli
from schemahub.model import Product

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result as Outcome

PROGRAM = Path(sys.executable).with_name("schemahub")
# What bash does at a press of the key: the words so far, and the place of the one to complete.
PRESS = """
eval "$({program} completion bash)"
COMP_WORDS=({words})
COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_schemahub_completion {program}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "lake"
    products = [
        Product(id="BTC-USD", base="BTC", quote="USD"),
        Product(id="BTC-EUR", base="BTC", quote="EUR"),
        Product(id="ETH-USD", base="ETH", quote="USD"),
    ]
    write_seed(schemahub.open(folder).lake.store, "coinbase", products)
    return folder


def completed(words: str) -> list[str]:
    bash = shutil.which("bash")
    if bash is None or not PROGRAM.exists():
        pytest.skip("no bash, or schemahub is not installed as a program")
    script = PRESS.format(program=PROGRAM, words=words)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMAHUB_")}
    done = subprocess.run(  # noqa: S603 - our own script
        [bash, "--norc", "-c", script], capture_output=True, text=True, check=True, env=environ, timeout=60
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands() -> None:
    assert completed("schemahub up") == ["update-seed"]
    assert {"sql", "status", "simulate", "schema"} == set(completed("schemahub s"))


def test_bash_completes_products_of_the_lake(lake: Path) -> None:
    assert completed(f"schemahub ingest --lake {lake} --product btc") == ["BTC-EUR", "BTC-USD"]


def offered(*words: str) -> set[str]:
    *before, incomplete = words
    completing = ShellComplete(cli, {}, "schemahub", "_SCHEMAHUB_COMPLETE")
    return {item.value for item in completing.get_completions(before, incomplete)}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ddl", "sn"), {"snowflake"}),
        (("sql", "--engine", "du"), {"duckdb"}),
        (("sql", "--format", "j"), {"json"}),
        (("ingest", "--exchange", "coin"), {"coinbase"}),
        (("simulate", "coin"), {"coinbase"}),
        (("schema", "ver"), {"verify", "version"}),
        (("verify", "--allow"), {"--allow-confirmed"}),
        (("new", "connector", "--paging", "to"), {"token"}),
    ],
)
def test_names_are_completed(words: tuple[str, ...], expected: set[str]) -> None:
    assert offered(*words) == expected


def test_products_are_not_asked_of_what_is_no_folder() -> None:
    assert offered("ingest", "--lake", "memory://x", "--product", "B") == set()


def test_a_damaged_seed_completes_nothing(lake: Path) -> None:
    seed = next(path for path in lake.rglob("*coinbase*") if path.is_file())
    seed.write_text("{")
    assert offered("ingest", "--lake", str(lake), "--product", "B") == set()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_their_script(run: Callable[..., Outcome], shell: str) -> None:
    script = run("completion", shell).stdout
    assert f"_SCHEMAHUB_COMPLETE={shell}_complete" in script
