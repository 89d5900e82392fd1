"""Athena by the catalog, and DuckDB by the manifest, give the same answers on the same lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from partitions import Client, ask, locations

if TYPE_CHECKING:
    from schemahub.hub import Hub

QUERIES = [
    "SELECT count(*) AS n, count(DISTINCT trade_id) AS ids FROM trades",
    """SELECT symbol, trade_date, count(*) AS n, min(price) AS low, max(price) AS high
    FROM trades GROUP BY symbol, trade_date ORDER BY symbol, trade_date""",
    """SELECT symbol, side, sum(price * quantity) AS volume
    FROM trades GROUP BY symbol, side ORDER BY symbol, side""",
    """SELECT symbol, min(trade_ts) AS first, max(trade_ts) AS last, max(ingest_ts) AS fetched
    FROM trades GROUP BY symbol ORDER BY symbol""",
    """SELECT trade_id, price, quantity, trade_ts FROM trades
    WHERE symbol = 'ETH-USD' AND trade_date = DATE '2026-01-02' ORDER BY trade_ts, trade_id""",
]


def compare(hub: Hub, glue: Client, database: str) -> int:
    """Put every query to both, and return how many trades there are."""
    for query in QUERIES:
        theirs, ours = ask(hub, glue, database, query), hub.sql(query)
        assert theirs.columns == ours.columns
        assert len(theirs.rows) == len(ours.rows) > 0, query
        for found, expected in zip(theirs.rows, ours.rows, strict=True):
            # The last digits of a sum of floating point numbers depend on its order.
            assert list(found) == [
                pytest.approx(one, rel=1e-12) if isinstance(one, float) else one for one in expected
            ]
    return int(str(hub.sql(QUERIES[0]).rows[0][0]))


def test_after_each_command(hub: Hub, glue: Client, unique: str) -> None:
    assert hub.transform().complete
    before = locations(glue, unique)
    assert {place.rsplit("/", 2)[1] for place in before.values()} == {"g1"}
    count = compare(hub, glue, unique)
    assert count > 2_000
    assert len(before) == 3
    packed = hub.compact()
    assert packed.complete, str(packed)
    after = locations(glue, unique)
    assert set(after) == set(before)
    assert all(place.endswith("/g2/") for place in after.values()), after
    assert compare(hub, glue, unique) == count
    later = hub.backfill(products=["BTC-USD"], start="2026-01-03T06:00:00Z", end="2026-01-04T06:00:00Z")
    assert later.complete, str(later)
    assert hub.transform().complete
    assert hub.compact().complete
    more = compare(hub, glue, unique)
    assert more > count
    assert hub.transform(full=True).complete
    assert all("/v2/" in place for place in locations(glue, unique).values())
    assert compare(hub, glue, unique) == more
