"""A hole that the exchange itself has: recorded, told, and repaired once it heals (R3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truth import BTC, assert_raw_is

from schemahub.testing import ProductSpec

if TYPE_CHECKING:
    from command_line import Schemahub
    from truth import Serve

ETH = "ETH-USD"
HOLE = range(7_100, 7_105)


def test_a_hole_is_told_and_heals(quick: Schemahub, serve: Serve) -> None:
    exchange, url = serve(ProductSpec(id=BTC, trades=20_000), ProductSpec(id=ETH, trades=8_000))
    exchange.log(BTC).remove(HOLE)
    quick = quick.given(connectors__coinbase__base_url=url)
    done = quick.run("ingest", "--product", BTC, "--product", ETH, "--since", "2d", "--json")
    assert done.code == 1, done.err
    btc, eth = done.document["products"]
    assert (btc["state"], eth["state"]) == ("open gaps", "done")
    assert "7100-7104" in btc["reason"] or "7100..7104" in btc["reason"], btc["reason"]
    assert_raw_is(quick.lake, exchange, BTC)
    assert_raw_is(quick.lake, exchange, ETH)

    listed = quick.run("gaps", "--json")
    assert listed.code == 1
    (gap,) = listed.document["gaps"]
    assert (gap["span"], gap["state"]) == ([HOLE[0], HOLE[-1]], "open")
    quick.must("transform")
    unsound = quick.run("verify")
    assert unsound.code == 1
    assert BTC in unsound.out

    exchange.log(BTC).heal(HOLE)
    quick.must("gaps", "--recheck")
    assert_raw_is(quick.lake, exchange, BTC)
    quick.must("transform")
    quick.must("verify", "--deep")
