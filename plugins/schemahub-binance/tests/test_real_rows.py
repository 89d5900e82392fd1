"""What Binance really sent, read back digit by digit, by this project and by another."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

import schemahub_binance
from schemahub import Span
from schemahub.layout import StreamId
from schemahub.testing import answered
from schemahub.transformer import RawLines
from schemahub_binance import Binance, BinanceConfig

if TYPE_CHECKING:
    from schemahub import Page

pa = pytest.importorskip("pyarrow", reason="the table needs the extra `parquet`")
mapping = pytest.importorskip("schemahub_mapping", reason="the table needs a transformer")

FOLDER = os.environ.get("SCHEMAHUB_REAL_DATA")
if not FOLDER:
    pytest.skip(
        "SCHEMAHUB_REAL_DATA does not name a folder of recorded exchange data", allow_module_level=True
    )

T = TypeVar("T")
DATA = Path(FOLDER) / "binance"
BINANCE = Binance(BinanceConfig())


def page_of(body: bytes, first: int, last: int) -> Page:
    return answered(BINANCE.page("ETHBTC", Span(first, last)), body)


def table_of(lines: list[bytes]) -> list[dict[str, Any]]:
    text = Path(schemahub_binance.__file__).parent / "binance.trades.yaml"
    transformer = mapping.MappingTransformer.open("binance", text.read_text(), str(text))
    batch = RawLines(
        stream=StreamId("binance", "ETHBTC"),
        source="raw",
        ingest_us=0,
        data=b"\n".join(lines) + b"\n",
        symbol="ETH-BTC",
    )
    done = transformer.transform(batch)
    assert not done.rejected
    assert not done.drift
    rows: list[dict[str, Any]] = pa.table(done.rows).to_pylist()
    return rows


@pytest.fixture
def recorded() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / "rest_trades_ETHBTC_1000.json").read_bytes())
    return found


def test_a_recorded_page_by_its_text(recorded: list[dict[str, Any]]) -> None:
    body = (DATA / "rest_trades_ETHBTC_1000.json").read_bytes()
    page = page_of(body, recorded[0]["id"], recorded[-1]["id"])
    assert [json.loads(line) for line in page.lines] == recorded
    assert list(page.positions) == list(range(recorded[0]["id"], recorded[-1]["id"] + 1))
    for row, sent in zip(table_of(list(page.lines)), recorded, strict=True):
        assert row["trade_id"] == str(sent["id"])
        assert row["side"] == ("SELL" if sent["isBuyerMaker"] else "BUY")
        assert Decimal(repr(row["price"])) == Decimal(sent["price"])
        assert Decimal(repr(row["quantity"])) == Decimal(sent["qty"])
        assert round(row["trade_ts"].timestamp() * 1_000) == sent["time"]
        assert (row["exchange"], row["symbol"]) == ("BINANCE", "ETH-BTC")


def test_the_same_trades_as_a_bulk_file_writes_them(recorded: list[dict[str, Any]]) -> None:
    keys = ("id", "price", "qty", "quoteQty", "time", "isBuyerMaker", "isBestMatch")
    text = "".join(",".join(str(row[key]) for key in keys) + "\n" for row in recorded)
    page = BINANCE.archive_page("ETHBTC", text.encode())
    by_pages = page_of(json.dumps(recorded).encode(), recorded[0]["id"], recorded[-1]["id"])
    assert list(page.positions) == list(by_pages.positions)
    assert (page.first_time_ns, page.last_time_ns) == (by_pages.first_time_ns, by_pages.last_time_ns)
    assert table_of(list(page.lines)) == table_of(list(by_pages.lines))


def test_the_table_says_what_ccxt_says(recorded: list[dict[str, Any]]) -> None:
    ccxt = pytest.importorskip("ccxt", reason="ccxt is not installed", exc_type=ImportError)
    page = page_of(json.dumps(recorded).encode(), recorded[0]["id"], recorded[-1]["id"])
    theirs = map(ccxt.binance().parse_trade, recorded)
    for row, their in zip(table_of(list(page.lines)), theirs, strict=True):
        assert row["trade_id"] == their["id"]
        assert row["side"] == their["side"].upper()
        assert (row["price"], row["quantity"]) == (their["price"], their["amount"])
        assert int(row["trade_ts"].timestamp() * 1_000_000) // 1_000 == their["timestamp"]


def test_the_recorded_list_of_symbols() -> None:
    body = (DATA / "exchangeInfo_2021-10-12.json").read_bytes()
    products = answered(BINANCE.products(), body)
    listed = {row["symbol"]: row for row in json.loads(body)["symbols"]}
    assert len(products) == len(listed) == 1_695
    assert sum(not product.active for product in products) == sum(
        row["status"] != "TRADING" for row in listed.values()
    )
    for product in products:
        assert (product.base, product.quote) == (
            listed[product.id]["baseAsset"],
            listed[product.id]["quoteAsset"],
        )
    assert len({(product.base, product.quote) for product in products}) == len(products)


def test_recorded_aggregates_name_the_first_trade() -> None:
    body = (DATA / "nautilus_http_spot_market_agg_trades.json").read_bytes()
    first = json.loads(body)[0]
    found = answered(BINANCE.locate("BTCUSDT", first["T"] * 1_000_000, Span(1, 10**12)), body)
    assert found == first["f"]
