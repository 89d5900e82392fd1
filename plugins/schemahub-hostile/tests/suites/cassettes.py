"""The suite over cassettes on every fault of its own; a sound connector made the recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from faulty import OTHERS

from schemahub._config import load_settings
from schemahub.testing import Cassette, CassetteConformance, FakeClock, SimulatedExchange, SimulatorServer
from schemahub.testing.cassette.recording import record
from schemahub_hostile import HostileConfig
from schemahub_hostile.simulator import HostileDialect, SparseDialect

if TYPE_CHECKING:
    from schemahub import Connector


class _Faulty(CassetteConformance):
    breaks: str

    @pytest.fixture
    def connector(self) -> Connector:
        made: Connector = OTHERS[self.breaks].kind(HostileConfig())
        return made

    @pytest.fixture
    def cassette(self, connector: Connector) -> Cassette:
        dialect = HostileDialect if connector.name == "hostile" else SparseDialect
        clock = FakeClock()
        with SimulatorServer(SimulatedExchange(dialect, clock=clock)) as server:
            address = {f"connectors.{connector.name}.base_url": server.url}
            settings = load_settings(environ={}, arguments=address)
            return record(connector.name, "AAABBBB", settings, pages=2, clock=clock)


for _rule in (rule for rule in OTHERS if rule.startswith("CT-CAS")):
    _name = f"Test{_rule.replace('-', '')}"
    globals()[_name] = type(_name, (_Faulty,), {"breaks": _rule})
