"""What is shown of a market, from either end."""

from __future__ import annotations

from schemahub.testing import FakeClock, ProductSpec, SimulatedCoinbase
from schemahub.testing.simulator import Shown


def test_rows_older_than_an_id_are_the_newest_of_them() -> None:
    exchange = SimulatedCoinbase([ProductSpec(id="A-B", trades=50, first_id=101)], clock=FakeClock())
    log = exchange.log("A-B")
    log.remove([140])
    shown = Shown(log)
    assert [row.id for row in shown.before_id(142, 3)] == [138, 139, 141]
    assert [row.id for row in shown.before_id(10**9, 2)] == [149, 150]
    assert shown.before_id(101, 3) == []
    half = Shown(log, log.time_ns(125))
    assert half.before_id(125, 9) == []
