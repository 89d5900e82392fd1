"""Names and folders that a new plugin cannot have: one sentence, exit 2, and nothing is touched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result as Outcome

    Run = Callable[..., Outcome]


@pytest.mark.parametrize(
    "name", ["Binance", "1x", "my-exchange", "my_exchange", "x.y", "../x", "ünicode", ""]
)
def test_what_is_no_name_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    outcome = run("new", "connector", "--into", str(tmp_path), "--", name)
    assert outcome.exit_code == 2
    assert outcome.output.startswith("error: this is no name of a connector (expected a letter, then")
    assert outcome.output.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_name_that_is_taken_is_refused(run: Run, tmp_path: Path) -> None:
    outcome = run("new", "connector", "coinbase", "--into", str(tmp_path))
    assert outcome.exit_code == 2
    assert "the connector 'coinbase' is there already: schemahub-coinbase brings it" in outcome.output


def test_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "schemahub-mine").mkdir()
    (tmp_path / "schemahub-mine" / "README.md").write_text("mine")
    outcome = run("new", "connector", "mine", "--into", str(tmp_path))
    assert outcome.exit_code == 2
    assert "the folder exists already, and nothing is overwritten" in outcome.output
    assert [path.name for path in (tmp_path / "schemahub-mine").iterdir()] == ["README.md"]
    (tmp_path / "file").write_text("")
    assert run("new", "connector", "mine", "--into", str(tmp_path / "file" / "below")).exit_code == 2


def test_it_says_what_it_wrote(run: Run, tmp_path: Path) -> None:
    outcome = run("new", "connector", "mine", "--into", str(tmp_path / "a" / "b"), "--json")
    assert outcome.exit_code == 0, outcome.output
    document = json.loads(outcome.stdout)
    folder = tmp_path / "a" / "b" / "schemahub-mine"
    assert document["folder"] == str(folder)
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert written == set(document["files"])
    assert not [
        path for path in written if "$" in (folder / path).read_text() and not path.endswith("ci.yml")
    ]
