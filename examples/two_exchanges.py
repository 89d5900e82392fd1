"""Two exchanges side by side: fetched at once, in one table, their prices compared minute by minute.

    python examples/two_exchanges.py lake 2026-01-01 2026-01-02

Coinbase and Kraken spell a product differently (BTC-USD and XXBTZUSD); in the table both are BTC-USD.
"""

from __future__ import annotations

import sys

import schemahub

PRODUCTS = {"coinbase": "BTC-USD", "kraken": "XXBTZUSD"}
_SPREAD = """
WITH c AS (FROM vwap('BTC-USD', '1 minute') WHERE exchange = 'COINBASE'),
     k AS (FROM vwap('BTC-USD', '1 minute') WHERE exchange = 'KRAKEN')
SELECT bucket, c.vwap AS coinbase, k.vwap AS kraken, 10000 * (k.vwap / c.vwap - 1) AS basis_points
FROM c JOIN k USING (bucket) ORDER BY bucket
"""


def collect(hub: schemahub.Hub, start: str, end: str) -> None:
    """Fetch what is missing of both. One that is down delays no other; a later run goes on from there."""
    # Which products are collected is said once, in the seed of each exchange.
    for exchange, product in PRODUCTS.items():
        hub.update_seed(exchange, products=[product])
    print(hub.backfill(exchange=list(PRODUCTS), start=start, end=end))
    print(hub.transform())


def spread(hub: schemahub.Hub) -> list[tuple[object, ...]]:
    """Return the minutes that both traded in: both prices, and how many basis points Kraken's is above."""
    return list(hub.sql(_SPREAD).rows)


def main(lake: str, start: str, end: str) -> None:
    """Collect, prove, and print the spread."""
    hub = schemahub.open(lake)
    collect(hub, start, end)
    print(hub.verify().headline())
    rows = spread(hub)
    print(f"{len(rows)} minutes in which both traded; the first:")
    for minute, coinbase, kraken, basis_points in rows[:5]:
        print(f"{minute:%H:%M}  {coinbase:.2f}  {kraken:.2f}  {basis_points:+.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
