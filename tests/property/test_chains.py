"""R1, R3, R4 and R6 where pages chain: the machine of test_log.py, on three more exchanges."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import initialize, rule
from test_log import EXAMPLES, LogMachine
from tiny_chains import ForgetfulExchange, SparseExchange, TiedExchange
from world import World


class TiedMachine(LogMachine):
    """Dense ids, tokens that lose the rest of a tie."""

    @initialize(head=st.integers(5, 45))
    def begin(self, head: int) -> None:
        self.world = World(head, TiedExchange)


class SparseMachine(LogMachine):
    """Sparse ids, tokens: trades that do not exist cannot be missed, so none of them appears later."""

    @initialize(head=st.integers(5, 45))
    def begin(self, head: int) -> None:
        self.world = World(head, SparseExchange)

    @rule(distance=st.integers(1, 9), length=st.integers(1, 3))
    def hole_ahead(self, distance: int, length: int) -> None:
        """Make none."""

    def heal(self, data: st.DataObject) -> None:
        raise AssertionError(data)


class ForgetfulMachine(SparseMachine):
    """Sparse ids, windows: what is too old is a gap that says so."""

    @initialize(head=st.integers(5, 45))
    def begin(self, head: int) -> None:
        self.world = World(head, ForgetfulExchange)

    @rule(trades=st.integers(30, 90))
    def sleep_long(self, trades: int) -> None:
        self.world.exchange.head += trades


SETTINGS = settings(
    max_examples=max(1, EXAMPLES // 3),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestTied = pytest.mark.soak(TiedMachine.TestCase)
TestTied.settings = SETTINGS
TestSparse = pytest.mark.soak(SparseMachine.TestCase)
TestSparse.settings = SETTINGS
TestForgetful = pytest.mark.soak(ForgetfulMachine.TestCase)
TestForgetful.settings = SETTINGS
