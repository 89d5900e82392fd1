"""The how-to guides, followed word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from page_reader import DOCS, read, running

if TYPE_CHECKING:
    from pathlib import Path

    from page_world import World

PAGES = [page for page in sorted((DOCS / "howto").glob("*.md")) if running(page, "bash", "console")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_print_what_the_page_shows(page: Path, of_the_pages: World, tmp_path: Path) -> None:
    read(page, of_the_pages, tmp_path)


def test_most_of_them_run() -> None:
    assert {page.stem for page in PAGES} >= {"backfill", "exchange", "mapping", "move", "recover"}
