"""The recorded traffic."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def recorded() -> Path:
    """The folder of recorded traffic, which is not part of the repository."""
    folder = os.environ.get("SCHEMAHUB_REAL_DATA")
    if not folder:
        pytest.skip("SCHEMAHUB_REAL_DATA does not name a folder of recorded traffic")
    return Path(folder)
