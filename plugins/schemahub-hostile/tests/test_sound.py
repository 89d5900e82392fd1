"""The sound connectors keep every rule: so a fault is the only thing that breaks one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.testing import ConnectorConformance, SimulatedExchange
from schemahub_hostile import HostileConfig, Sound
from schemahub_hostile.simulator import HostileDialect, SparseDialect
from schemahub_hostile.tokens import SoundTokens
from schemahub_hostile.windows import SoundWindows

if TYPE_CHECKING:
    from schemahub.testing import FakeClock


class _Hostile(ConnectorConformance):
    error_bodies = (b'{"error":"busy"}',)


class TestByPosition(_Hostile):
    @pytest.fixture
    def connector(self) -> Sound:
        return Sound(HostileConfig())

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedExchange:
        return SimulatedExchange(HostileDialect, clock=clock)


class TestByToken(_Hostile):
    @pytest.fixture
    def connector(self) -> SoundTokens:
        return SoundTokens(HostileConfig())

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedExchange:
        return SimulatedExchange(SparseDialect, clock=clock)


class TestByWindow(_Hostile):
    @pytest.fixture
    def connector(self) -> SoundWindows:
        return SoundWindows(HostileConfig())

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedExchange:
        return SimulatedExchange(SparseDialect, clock=clock)
