"""Recorded windows through connector and mapping: no byte, digit or trade is lost."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from schemahub.layout import StreamId
from schemahub.testing import answered
from schemahub.transformer import RawLines
from schemahub_bitstamp import Bitstamp, BitstampConfig

if TYPE_CHECKING:
    from pathlib import Path


BITSTAMP = Bitstamp(BitstampConfig())
SIDES = {"0": "BUY", "1": "SELL"}
PAGES = pytest.mark.parametrize(
    "name", ["rest_transactions_btcusd_time_hour.json", "rest_transactions_ltcusd_default.json"]
)
LINE = b'{"date": "1560481868", "tid": "90574283", "price": "8194.79", "type": "1", "amount": "1E-8"}'


def page_of(recorded: Path, name: str) -> tuple[bytes, list[dict[str, Any]]]:
    """Return a recorded window as a body, and its rows by ascending id."""
    found = json.loads((recorded / "bitstamp" / name).read_bytes())
    sent = found[0].get("data", found)
    return json.dumps(sent).encode(), sorted(sent, key=lambda row: int(row["tid"]))


def mapped(lines: list[bytes]) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Return rows and, by line, the rules that the others broke."""
    pyarrow = pytest.importorskip("pyarrow", reason="rows need the extra `parquet`")
    mapping = pytest.importorskip("schemahub_mapping", reason="rows need a transformer")
    from importlib.resources import files

    text = files("schemahub_bitstamp").joinpath("bitstamp.trades.yaml").read_text()
    transformer = mapping.MappingTransformer.open("bitstamp", text, "bitstamp.trades.yaml")
    batch = RawLines(
        stream=StreamId("bitstamp", "btcusd"),
        source="x",
        ingest_us=1,
        data=b"".join(line + b"\n" for line in lines),
        symbol="BTC-USD",
    )
    done = transformer.transform(batch)
    assert done.drift == ()
    rows: list[dict[str, Any]] = pyarrow.table(done.rows).to_pylist()
    return rows, {one.line: one.rule for one in done.rejected}


def micros(row: dict[str, Any]) -> int:
    return round(row["trade_ts"].timestamp() * 1_000_000)


@PAGES
def test_rows_are_those_of_the_text(recorded: Path, name: str) -> None:
    body, sent = page_of(recorded, name)
    page = answered(BITSTAMP.recent("btcusd", 3_600.0), body)
    assert all(line in body for line in page.lines)
    assert [json.loads(line) for line in page.lines] == sent
    assert list(page.positions) == [int(row["tid"]) for row in sent]
    assert list(page.times_ns) == [int(row["date"]) * 10**9 for row in sent]
    rows, rejected = mapped(list(page.lines))
    assert rejected == {}
    for row, one in zip(rows, sent, strict=True):
        assert (row["exchange"], row["symbol"]) == ("BITSTAMP", "BTC-USD")
        assert (row["trade_id"], row["side"]) == (one["tid"], SIDES[one["type"]])
        assert Decimal(repr(row["price"])) == Decimal(one["price"])
        assert Decimal(repr(row["quantity"])) == Decimal(one["amount"])
        assert micros(row) == int(one["date"]) * 1_000_000


@PAGES
def test_rows_are_those_of_ccxt(recorded: Path, name: str) -> None:
    ccxt = pytest.importorskip("ccxt", reason="ccxt is not installed: nox -s ccxt", exc_type=ImportError)
    body, sent = page_of(recorded, name)
    market = {
        "id": "btcusd",
        "symbol": "BTC/USD",
        "base": "BTC",
        "quote": "USD",
        "baseId": "btc",
        "quoteId": "usd",
    }
    exchange = ccxt.bitstamp()
    rows, _ = mapped(list(answered(BITSTAMP.recent("btcusd", 3_600.0), body).lines))
    theirs = (exchange.parse_trade(row, market) for row in sent)
    for row, their in zip(rows, theirs, strict=True):
        assert row["trade_id"] == their["id"]
        assert row["side"] == their["side"].upper()
        assert (row["price"], row["quantity"]) == (their["price"], their["amount"])
        assert micros(row) // 1_000 == their["timestamp"]


def test_the_window_of_2013_has_no_sides(recorded: Path) -> None:
    body, sent = page_of(recorded, "rest_transactions_xchange.json")
    page = answered(BITSTAMP.recent("btcusd", 3_600.0), body)
    assert list(page.positions) == [row["tid"] for row in sent]
    rows, rejected = mapped(list(page.lines))
    assert rows == []
    assert rejected == dict.fromkeys(range(len(sent)), "side: missing")


def test_old_rows_cost_themselves_alone() -> None:
    old = b'{"date": "1357492264", "tid": 122260, "price": "13.06", "amount": "28.75328052"}'
    rows, rejected = mapped([old, *[LINE] * 5])
    assert [(row["side"], row["quantity"]) for row in rows] == [("SELL", 1e-8)] * 5
    assert rejected == {0: "side: missing"}


def test_recorded_pairs(recorded: Path) -> None:
    file = recorded / "bitstamp" / "trading_pairs_info_gct.json"
    listed = json.loads(file.read_bytes())[0]["data"]
    products = answered(BITSTAMP.products(), json.dumps(listed).encode())
    assert {(one.id, f"{one.base}/{one.quote}", one.active) for one in products} == {
        (row["url_symbol"], row["name"], row["trading"] == "Enabled") for row in listed
    }
