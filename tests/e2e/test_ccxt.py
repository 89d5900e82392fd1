"""What another, independent library reads from the same rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from truth import BTC, table_rows

import schemahub
from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from command_line import Schemahub
    from truth import Serve

ccxt = pytest.importorskip("ccxt", reason="ccxt is not installed: nox -s ccxt", exc_type=ImportError)


def test_the_table_says_what_ccxt_says(quick: Schemahub, serve: Serve) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=5_000))
    settings = {"connectors.coinbase.base_url": url, "connectors.coinbase.settle_seconds": 0}
    hub = schemahub.open(quick.lake, overrides=settings)
    assert hub.ingest(products=[BTC], since="2d").complete
    assert hub.transform().complete
    theirs = map(ccxt.coinbaseexchange().parse_trade, map(json.loads, exchange.lines(BTC)))
    for row, their in zip(table_rows(quick.lake), theirs, strict=True):
        assert row["trade_id"] == their["id"]
        assert row["side"] == their["side"].upper()
        assert (row["price"], row["quantity"]) == (their["price"], their["amount"])
        assert int(row["trade_ts"].timestamp() * 1_000_000) // 1_000 == their["timestamp"]
