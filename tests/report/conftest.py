"""One sick lake for all tests of this folder: none of them writes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from planted_lake import SickLake, planted_lake

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SickLake]:
    pytest.importorskip("jinja2", reason="a report takes the extra `report`")
    with planted_lake(tmp_path_factory.mktemp("sick") / "lake") as lake:
        yield lake
