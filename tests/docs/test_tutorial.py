"""The tutorial, and pages with commands in them, followed word for word; test_howto.py has the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from page_reader import DOCS, read, running

if TYPE_CHECKING:
    from pathlib import Path

    from page_world import World

PAGES = [
    page
    for page in sorted(DOCS.rglob("*.md"))
    if page.parent.name != "howto" and running(page, "bash", "console")
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_print_what_the_page_shows(page: Path, of_the_pages: World, tmp_path: Path) -> None:
    read(page, of_the_pages, tmp_path)


def test_what_a_page_writes_to_the_home_folder_stays_in_its_own(of_the_pages: World, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```bash\necho seen > ~/written\n```\n", encoding="utf-8")
    folder = tmp_path / "reader"
    folder.mkdir()
    read(page, of_the_pages, folder)
    assert (folder / "written").read_text(encoding="utf-8") == "seen\n"


def test_the_tutorial_is_among_them() -> None:
    assert "tutorial" in {page.stem for page in PAGES}
