"""Recorded pages through connector and mapping: no byte, digit or trade is lost."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from schemahub import Page
from schemahub.errors import IntegrityError
from schemahub.layout import StreamId
from schemahub.testing import answered
from schemahub.transformer import RawLines
from schemahub_kraken import Kraken, KrakenConfig

if TYPE_CHECKING:
    from pathlib import Path


KRAKEN = Kraken(KrakenConfig())
PAIR = "XBTUSDT"
SIDES = {"b": "BUY", "s": "SELL"}


@pytest.fixture
def body(recorded: Path) -> bytes:
    return (recorded / "kraken" / "rest_trades_XBTUSDT_2025-11_first300.json").read_bytes()


@pytest.fixture
def page(body: bytes) -> Page:
    found = answered(KRAKEN.follow(PAIR, "0"), body)
    assert isinstance(found, Page)
    return found


def mapped(lines: list[bytes]) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Return rows and, by line, the rules that the others broke."""
    pyarrow = pytest.importorskip("pyarrow", reason="rows need the extra `parquet`")
    mapping = pytest.importorskip("schemahub_mapping", reason="rows need a transformer")
    from importlib.resources import files

    text = files("schemahub_kraken").joinpath("kraken.trades.yaml").read_text()
    transformer = mapping.MappingTransformer.open("kraken", text, "kraken.trades.yaml")
    batch = RawLines(
        stream=StreamId("kraken", PAIR),
        source="x",
        ingest_us=1,
        data=b"".join(line + b"\n" for line in lines),
        symbol="BTC-USDT",
    )
    done = transformer.transform(batch)
    assert done.drift == ()
    rows: list[dict[str, Any]] = pyarrow.table(done.rows).to_pylist()
    return rows, {one.line: one.rule for one in done.rejected}


def micros(row: dict[str, Any]) -> int:
    return round(row["trade_ts"].timestamp() * 1_000_000)


def test_a_page_keeps_every_byte_and_id(page: Page, body: bytes) -> None:
    assert list(page.positions) == list(range(page.positions[0], page.positions[0] + 300))
    assert all(line in body for line in page.lines)
    sent = json.loads(body)["result"]
    assert [json.loads(line) for line in page.lines] == sent[PAIR]
    assert page.next_token == sent["last"]


def test_times_are_those_of_the_text(page: Page, body: bytes) -> None:
    sent = json.loads(body, parse_float=Decimal)["result"][PAIR]
    assert list(page.times_ns or ()) == [int(row[2] * 10**9) for row in sent]


def test_rows_are_those_of_the_text(page: Page, body: bytes) -> None:
    rows, rejected = mapped(list(page.lines))
    assert rejected == {}
    for row, sent in zip(rows, json.loads(body, parse_float=Decimal)["result"][PAIR], strict=True):
        price, volume, time, side, _, _, trade_id = sent
        assert (row["exchange"], row["symbol"]) == ("KRAKEN", "BTC-USDT")
        assert (row["trade_id"], row["side"]) == (str(trade_id), SIDES[side])
        assert Decimal(repr(row["price"])) == Decimal(price)
        assert Decimal(repr(row["quantity"])) == Decimal(volume)
        assert micros(row) == int(Decimal(time) * 1_000_000)


def test_rows_are_those_of_ccxt(page: Page) -> None:
    ccxt = pytest.importorskip("ccxt", reason="ccxt is not installed: nox -s ccxt", exc_type=ImportError)
    rows, _ = mapped(list(page.lines))
    theirs = map(ccxt.kraken().parse_trade, map(json.loads, page.lines))
    for row, their in zip(rows, theirs, strict=True):
        assert row["trade_id"] == their["id"]
        assert row["side"] == their["side"].upper()
        assert (row["price"], row["quantity"]) == (their["price"], their["amount"])
        assert micros(row) // 1_000 == their["timestamp"]


def test_rows_without_ids_are_refused_and_rejected(recorded: Path) -> None:
    body = (recorded / "kraken" / "rest_trades_xchange_old6field.json").read_bytes()
    with pytest.raises(IntegrityError, match="expected 7 fields, the last of them the id, found 6"):
        answered(KRAKEN.follow("XXBTZUSD", "0"), body)
    sent = json.loads(body)["result"]["XXBTZUSD"]
    rows, rejected = mapped([json.dumps(row).encode() for row in sent])
    assert rows == []
    assert rejected == dict.fromkeys(range(len(sent)), "trade_id: missing")


def test_old_rows_cost_themselves_alone(page: Page) -> None:
    old = b'["1023.82219","0.00435995",1385579841.7774,"s","l",""]'
    rows, rejected = mapped([*page.lines[:5], old, *page.lines[5:9]])
    assert len(rows) == 9
    assert rejected == {5: "trade_id: missing"}


def test_recorded_pairs(recorded: Path) -> None:
    body = (recorded / "kraken" / "AssetPairs_2021-04-17.json").read_bytes()
    if b'"result"' not in body[:100]:
        body = b'{"error":[],"result":' + body + b"}"
    found = {product.id: f"{product.base}-{product.quote}" for product in answered(KRAKEN.products(), body)}
    assert found["XXBTZUSD"] == "BTC-USD"
    assert found["XDGUSD"] == "DOGE-USD"
    assert found["DASHUSD"] == "DASH-USD"
    assert found["XTZXBT"] == "XTZ-BTC"
    assert not [name for name in found if name.endswith(".d")]
    assert len(set(found.values())) == len(found)
    listed = json.loads(body)["result"]
    assert len(found) == sum("wsname" in pair for pair in listed.values())
