"""One exchange and one lake for all pages that a process reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from page_world import World, world

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def of_the_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("world")) as made:
        yield made
