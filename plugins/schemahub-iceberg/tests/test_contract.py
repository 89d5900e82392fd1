"""What every table promises, of the one in Iceberg."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.testing.conformance import TableConformance

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.hub import Hub
    from schemahub.table import Table


class TestIceberg(TableConformance):
    @pytest.fixture
    def table(self, opened: Callable[..., Hub]) -> Table:
        return opened().lake.table
