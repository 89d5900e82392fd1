"""A place in a real account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import live_account
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def live() -> Iterator[live_account.Live]:
    """Return a place that nobody else uses, and that is empty afterwards."""
    with live_account.place() as live:
        yield live
