"""What is asked of Coinbase, and what its answers mean."""

from __future__ import annotations

import json
import pickle
from typing import TypeVar

import pytest

from schemahub import Outcome, Request, Response, Span, Steps
from schemahub.errors import RetryableError, UnknownProduct
from schemahub.testing import answered
from schemahub_coinbase import Coinbase, CoinbaseConfig

T = TypeVar("T")
COINBASE = Coinbase(CoinbaseConfig())


def row(trade_id: int, time: str = "2026-01-01T00:00:00.5Z") -> dict[str, object]:
    return {"trade_id": trade_id, "side": "sell", "size": "0.10000000", "price": "10.00000000", "time": time}


def asked(steps: Steps[object]) -> Request:
    return next(steps)


def test_a_page_is_a_window_closed_on_both_sides() -> None:
    request = asked(COINBASE.page("BTC-USD", Span(101, 200)))
    assert request.path == "/products/BTC-USD/trades"
    assert request.params == {"limit": "100", "after": "201", "before": "100"}
    assert "before" not in asked(COINBASE.page("BTC-USD", Span(1, 100))).params


def test_a_page_is_turned_round_and_its_bytes_kept() -> None:
    rows = [json.dumps(row(i, f"2026-01-01T00:00:00.{i}Z")).encode() for i in (9, 8, 7)]
    page = answered(COINBASE.page("BTC-USD", Span(7, 9)), b"[" + b",".join(rows) + b"]")
    assert list(page.positions) == [7, 8, 9]
    assert list(page.lines) == rows[::-1]
    assert page.first_time_ns == 1_767_225_600_700_000_000
    assert page.last_time_ns == 1_767_225_600_900_000_000


def test_an_empty_page_is_no_error() -> None:
    assert answered(COINBASE.page("BTC-USD", Span(7, 9)), b"[]").positions == ()


def test_ids_beyond_a_doubles_precision() -> None:
    body = json.dumps([row(2**53 + 1)]).encode()
    assert list(answered(COINBASE.page("BTC-USD", Span(2**53, 2**53 + 2)), body).positions) == [2**53 + 1]


@pytest.mark.parametrize(
    "body", [b'[{"trade_id":"x"}]', b"[1]", b'[{"side":"buy"}]', b'[{"trade_id":7,"time":3}]']
)
def test_a_damaged_row_is_to_be_asked_for_again(body: bytes) -> None:
    with pytest.raises(RetryableError):
        answered(COINBASE.page("BTC-USD", Span(7, 9)), body)
    with pytest.raises(RetryableError):
        answered(COINBASE.head("BTC-USD"), body)


def test_the_head_has_each_trades_time() -> None:
    head = answered(COINBASE.head("BTC-USD"), json.dumps([row(9), row(8, "2026-01-01T00:00:00Z")]).encode())
    assert list(head.positions) == [8, 9]
    assert head.times_ns[1] - head.times_ns[0] == 500_000_000


@pytest.mark.parametrize("product", ["../../x", "BTC/USD", "", "BTC-USD/../..", "BTC-USD?x=1", "BTC-USD\n"])
def test_what_is_no_product_id_never_reaches_the_exchange(product: str) -> None:
    with pytest.raises(UnknownProduct, match="expected BASE-QUOTE"):
        asked(COINBASE.page(product, Span(1, 2)))
    with pytest.raises(UnknownProduct, match="expected BASE-QUOTE"):
        asked(COINBASE.head(product))


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b"[]", Outcome.OK),
        (200, b' [{"trade_id":1}] \n', Outcome.OK),
        (200, b"", Outcome.RETRY),
        (200, b'{"message":"try again"}', Outcome.RETRY),
        (200, b'[{"trade_id":1},', Outcome.RETRY),
        (200, b"<html></html>", Outcome.RETRY),
        (404, b'{"message":"NotFound"}', Outcome.UNKNOWN_PRODUCT),
        (429, b'{"message":"Public rate limit exceeded"}', Outcome.RATE_LIMITED),
        (403, b"<html>", Outcome.BANNED),
        (502, b"<html>", Outcome.RETRY),
        (400, b'{"message":"Invalid value for \\"after\\""}', Outcome.PERMANENT),
    ],
)
def test_what_a_response_means(status: int, body: bytes, outcome: Outcome) -> None:
    request = Request(path="/products/BTC-USD/trades")
    verdict = COINBASE.classify(Response(request=request, status=status, headers={}, body=body))
    assert verdict.outcome is outcome


def test_the_product_list() -> None:
    listed = [
        {"id": "BTC-USD", "base_currency": "BTC", "quote_currency": "USD", "status": "online"},
        {
            "id": "BTC-USDC",
            "base_currency": "BTC",
            "quote_currency": "USDC",
            "status": "delisted",
            "trading_disabled": True,
        },
        {"id": "USDT-USDC", "base_currency": "USDT", "quote_currency": "USDC", "status": "online"},
        {"id": "USDT-USD", "base_currency": "USDT", "quote_currency": "USD", "status": "online"},
        {"id": "BTCAUCTION-USD", "base_currency": "BTC", "quote_currency": "USD", "status": "online"},
    ]
    products = {product.id: product for product in answered(COINBASE.products(), json.dumps(listed).encode())}
    assert list(products) == sorted(products)
    assert products["BTC-USDC"].alias_of == "BTC-USD"
    assert not products["BTC-USDC"].active
    assert products["USDT-USDC"].alias_of is None
    assert products["BTCAUCTION-USD"].base == "BTCAUCTION"


def test_configuration_travels_to_other_processes() -> None:
    config = CoinbaseConfig(base_url="http://127.0.0.1:1", requests_per_second=3)
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - our own bytes
