"""The connector suite on every fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._plugins import load, mapping_text
from schemahub.testing import ConnectorConformance, SimulatedExchange
from schemahub_hostile import Hostile
from schemahub_hostile.faults import FAULTS
from schemahub_hostile.simulator import HostileDialect, SparseDialect

if TYPE_CHECKING:
    from schemahub import Connector, Transformer
    from schemahub.testing import FakeClock


class _Faulty(ConnectorConformance):
    breaks: str
    error_bodies = (b'{"error":"busy"}',)

    @pytest.fixture
    def connector(self) -> Connector:
        return Hostile(self.breaks)

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedExchange:
        sparse = FAULTS[self.breaks].sparse
        return SimulatedExchange(SparseDialect if sparse else HostileDialect, clock=clock)

    @pytest.fixture
    def transformer(self, connector: Connector) -> Transformer:
        text, source = mapping_text(connector.name)
        before, after = FAULTS[self.breaks].edit or ("", "")
        assert before in text
        edited = text.replace(before, after) if before else text
        return load("transformers", "mapping").open(connector.name, edited, source)


for _rule in FAULTS:
    _name = f"Test{_rule.replace('-', '')}"
    globals()[_name] = type(_name, (_Faulty,), {"breaks": _rule})
