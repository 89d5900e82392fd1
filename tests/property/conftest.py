"""A run is a function of its choices: ids too come from the random numbers that hypothesis controls."""

from __future__ import annotations

import random
import uuid
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="module")
def _ids_of_the_run() -> Iterator[None]:
    """Objects of one moment sort by their ids, so those of the operating system make runs differ."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=random.getrandbits(128), version=4))
        yield
