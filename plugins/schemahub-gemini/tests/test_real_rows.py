"""Recorded pages through connector and mapping: no byte, digit or trade is lost."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from schemahub.layout import StreamId
from schemahub.testing import answered
from schemahub.transformer import RawLines
from schemahub_gemini import Gemini, GeminiConfig

if TYPE_CHECKING:
    from pathlib import Path


GEMINI = Gemini(GeminiConfig())
LINE = (
    b'{"timestamp":1591404856,"timestampms":1591404856123,"tid":2840140831246421,"price":"9633.01",'
    b'"amount":"1e-8","exchange":"gemini","type":"%s"}'
)


def page_of(recorded: Path, name: str) -> tuple[bytes, list[dict[str, Any]]]:
    """Return a recorded page as a body, and its rows by ascending id."""
    found = json.loads((recorded / "gemini" / name).read_bytes())
    sent = found[0].get("data", found)
    return json.dumps(sent).encode(), sorted(sent, key=lambda row: int(row["tid"]))


def mapped(lines: list[bytes]) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Return rows and, by line, the rules that the others broke."""
    pyarrow = pytest.importorskip("pyarrow", reason="rows need the extra `parquet`")
    mapping = pytest.importorskip("schemahub_mapping", reason="rows need a transformer")
    from importlib.resources import files

    text = files("schemahub_gemini").joinpath("gemini.trades.yaml").read_text()
    transformer = mapping.MappingTransformer.open("gemini", text, "gemini.trades.yaml")
    batch = RawLines(
        stream=StreamId("gemini", "btcusd"),
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


def test_rows_are_those_of_the_text(recorded: Path) -> None:
    body, sent = page_of(recorded, "rest_trades_btcusd_default50.json")
    page = answered(GEMINI.follow("btcusd", "0"), body)
    assert all(line in body for line in page.lines)
    assert [json.loads(line) for line in page.lines] == sent
    assert list(page.times_ns) == [row["timestampms"] * 10**6 for row in sent]
    rows, rejected = mapped(list(page.lines))
    assert rejected == {}
    for row, one in zip(rows, sent, strict=True):
        assert (row["exchange"], row["symbol"]) == ("GEMINI", "BTC-USD")
        assert (row["trade_id"], row["side"]) == (str(one["tid"]), one["type"].upper())
        assert Decimal(repr(row["price"])) == Decimal(one["price"])
        assert Decimal(repr(row["quantity"])) == Decimal(one["amount"])
        assert micros(row) == one["timestampms"] * 1_000


def test_rows_are_those_of_ccxt(recorded: Path) -> None:
    ccxt = pytest.importorskip("ccxt", reason="ccxt is not installed: nox -s ccxt", exc_type=ImportError)
    body, sent = page_of(recorded, "rest_trades_btcusd_default50.json")
    rows, _ = mapped(list(answered(GEMINI.follow("btcusd", "0"), body).lines))
    for row, their in zip(rows, map(ccxt.gemini().parse_trade, sent), strict=True):
        assert row["trade_id"] == their["id"]
        assert row["side"] == their["side"].upper()
        assert (row["price"], row["quantity"]) == (their["price"], their["amount"])
        assert micros(row) // 1_000 == their["timestamp"]


def test_the_page_of_2014_has_no_sides(recorded: Path) -> None:
    body, sent = page_of(recorded, "rest_trades_xchange.json")
    page = answered(GEMINI.follow("btcusd", "0"), body)
    assert list(page.positions) == [row["tid"] for row in sent]
    assert list(page.times_ns) == [row["timestamp"] * 10**9 for row in sent]
    rows, rejected = mapped(list(page.lines))
    assert rows == []
    assert rejected == dict.fromkeys(range(len(sent)), "side: missing")


def test_trades_without_a_taker_cost_themselves_alone() -> None:
    rows, rejected = mapped([LINE % kind for kind in (b"buy", b"auction", b"sell", b"block", b"sell")])
    assert [row["side"] for row in rows] == ["BUY", "SELL", "SELL"]
    assert rejected == dict.fromkeys((1, 3), "side: not in the map")
    assert {row["quantity"] for row in rows} == {1e-8}
    assert {row["trade_id"] for row in rows} == {"2840140831246421"}


def test_recorded_symbols(recorded: Path) -> None:
    file = recorded / "gemini" / "symbols_details_all.json"
    body = json.dumps(json.loads(file.read_bytes())[0]["data"])
    products = answered(GEMINI.products(), body.encode())
    listed = [row for row in json.loads(body) if row["product_type"] == "spot"]
    assert {(one.id, one.base, one.quote) for one in products} == {
        (row["symbol"].lower(), row["base_currency"], row["quote_currency"]) for row in listed
    }
    assert {one.id for one in products if not one.active} == {
        row["symbol"].lower() for row in listed if row["status"] == "closed"
    }
    assert not [one.id for one in products if one.id.endswith("perp")]
