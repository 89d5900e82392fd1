"""The calculated tables of docs/SCALE.md are what its script calculates."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.contract.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "SCALE.md"


def model(option: str, path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "bench" / "scale_model.py"), option, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own code


def test_the_page_has_the_tables_of_the_script() -> None:
    done = model("--check", PAGE)
    assert done.returncode == 0, done.stderr


def test_another_number_is_found_and_written_anew(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        text.replace("| 1 x 10 years | 365 million |", "| 1 x 10 years | 366 million |"), encoding="utf-8"
    )
    assert page.read_text(encoding="utf-8") != text
    assert model("--check", page).returncode == 1
    assert model("--write", page).returncode == 0
    assert page.read_text(encoding="utf-8") == text


def test_a_table_without_a_place_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("no tables", encoding="utf-8")
    assert "places for the table size" in model("--check", page).stderr
