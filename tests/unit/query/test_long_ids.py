"""Ids that a double cannot tell apart: found, ordered and packed by every digit."""

from __future__ import annotations

import pytest
from tests.unit.query.made import Row, commit
from tests.unit.query.test_macros import asked

from schemahub._compact.fingerprint import fingerprint
from schemahub._query.selection import selection
from schemahub._query.trades import Trades
from schemahub.builtin.memory_store import MemoryStore

LONG = [2**53, 2**53 + 1, 2**53 + 2, 2_840_140_831_246_421, 10**18 + 1, 2**63 - 2, 2**63 - 1]
ROWS = [Row(trade_id=str(i), at_us=number // 3, price=float(number)) for number, i in enumerate(LONG)]


@pytest.mark.parametrize("wanted", LONG)
@pytest.mark.parametrize("given", [int, str])
def test_one_trade_is_found(wanted: int, given: type) -> None:
    store = MemoryStore()
    table = commit(store, [ROWS[:4], ROWS[4:]], rows_per_group=2)
    found = Trades(table, store, selection(trade_id=given(wanted)))
    assert found.to_arrow()["trade_id"].to_pylist() == [str(wanted)]
    assert len(selection(trade_id=wanted).files(table.snapshot())) == 1


def test_a_moment_s_first_and_last_trade_are_told_by_the_last_digit() -> None:
    tied = [Row(trade_id=str(i), at_us=7, price=float(n)) for n, i in enumerate([9, *sorted(LONG)])]
    for files in ([tied[::-1]], [tied[1::2], tied[::2]]):
        (bar,) = asked(files, "SELECT open, close FROM ohlcv('BTC-USD', 60)").rows
        assert bar == (0.0, float(len(LONG)))


def test_files_are_sorted_by_number_and_told_apart() -> None:
    store = MemoryStore()
    tied = [Row(trade_id=str(i), at_us=7) for i in [10**18, 9, *LONG]]
    table = commit(store, [tied])
    rows = Trades(table, store, selection()).to_arrow()["trade_id"].to_pylist()
    assert rows == sorted(rows, key=int)
    other = commit(MemoryStore(), [[*tied[:-1], Row(trade_id=str(2**63 - 3), at_us=7)]])
    prints = [
        fingerprint(each._store, [file.key for file in each.snapshot().files]) for each in (table, other)
    ]
    assert prints[0].differing(prints[1]) == [("COINBASE", "BTC-USD")]
