"""What is asked of Gemini, and what its answers mean."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from schemahub import Outcome, Request, Response
from schemahub.errors import PermanentError, RetryableError, UnknownProduct
from schemahub.testing import answered
from schemahub_gemini import Gemini, GeminiConfig

if TYPE_CHECKING:
    from schemahub import Steps


GEMINI = Gemini(GeminiConfig())
BIG = 2**53 + 1


def row(tid: int, ms: int | None = 1_591_404_856_123, kind: str = "buy") -> bytes:
    ours: dict[str, object] = {"timestamp": 1_591_404_856, "tid": tid, "price": "9633.01", "amount": "1e-8"}
    if ms is not None:
        ours |= {"timestamp": ms // 1_000, "timestampms": ms}
    return json.dumps({**ours, "exchange": "gemini", "type": kind}).encode()


def body(*rows: bytes) -> bytes:
    return b"[" + b",\n ".join(rows) + b"]"


def test_a_page_begins_with_the_trade_of_its_token() -> None:
    request = next(GEMINI.follow("BTCUSD", "2840140831246421"))
    assert request.path == "/v1/trades/btcusd"
    assert request.params == {"limit_trades": "500", "since_tid": "2840140831246420"}
    assert next(GEMINI.follow("btcusd", "0")).params["since_tid"] == "0"
    assert next(GEMINI.head("btcusd")).params == {"limit_trades": "500"}


def test_a_page_is_turned_round_and_its_bytes_kept() -> None:
    rows = [row(BIG + 7, 1_591_404_857_000), row(BIG + 2), row(BIG)]
    page = answered(GEMINI.follow("btcusd", str(BIG)), body(*rows))
    assert list(page.positions) == [BIG, BIG + 2, BIG + 7]
    assert list(page.lines) == rows[::-1]
    assert page.next_token == str(BIG + 7)
    assert page.times_ns == [1_591_404_856_123_000_000, 1_591_404_856_123_000_000, 1_591_404_857_000_000_000]
    assert (page.first_time_ns, page.last_time_ns) == (page.times_ns[0], page.times_ns[-1])


def test_the_oldest_recordings_have_seconds_only() -> None:
    page = answered(GEMINI.follow("btcusd", "1"), body(row(1, None)))
    assert page.first_time_ns == 1_591_404_856_000_000_000


def test_where_nothing_follows_the_token_stays() -> None:
    page = answered(GEMINI.follow("btcusd", "77"), b"[]")
    assert (list(page.positions), page.next_token) == ([], "77")
    again = answered(GEMINI.follow("btcusd", "77"), body(row(77)))
    assert (list(again.positions), again.next_token) == ([77], "77")


def test_a_page_of_another_token_is_to_be_asked_for_again() -> None:
    with pytest.raises(RetryableError, match="another question"):
        answered(GEMINI.follow("btcusd", "77"), body(row(78), row(76)))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[1]",
        b'[{"tid":"x","timestamp":1}]',
        b'[{"timestamp":1}]',
        b'[{"tid":1.5,"timestamp":1}]',
    ],
)
def test_a_damaged_page_is_to_be_asked_for_again(text: bytes) -> None:
    for steps in (GEMINI.follow("btcusd", "1"), GEMINI.head("btcusd"), GEMINI.token_at("btcusd", 10**18)):
        with pytest.raises(RetryableError):
            answered(steps, text)


def test_the_token_of_a_time_is_the_first_trade_from_then_on() -> None:
    steps = GEMINI.token_at("btcusd", 1_591_404_856_123_999_999)
    assert next(steps).params == {"limit_trades": "500", "timestamp": "1591404856122"}
    token = GEMINI.token_at("btcusd", 1_591_404_856_123_999_999)
    assert answered(token, body(row(9), row(7))) == "7"


def test_after_the_last_trade_the_token_is_that_trade() -> None:
    steps = GEMINI.token_at("btcusd", 10**18)
    newest = steps.send(Response(request=next(steps), status=200, headers={}, body=b"[]"))
    assert newest.params == {"limit_trades": "500"}
    with pytest.raises(StopIteration) as done:
        steps.send(Response(request=newest, status=200, headers={}, body=body(row(9), row(7))))
    assert done.value.value == "9"


@pytest.mark.parametrize("time_ns", [0, 999_999, 1_999_999])
def test_the_beginning_of_time_is_asked_for_by_nothing(time_ns: int) -> None:
    with pytest.raises(StopIteration) as done:
        next(GEMINI.token_at("btcusd", time_ns))
    assert done.value.value == "0"


def test_a_time_that_is_refused_is_older_than_all_that_is_served() -> None:
    steps = GEMINI.token_at("btcusd", 10**18)
    next(steps)
    with pytest.raises(StopIteration) as done:
        steps.throw(PermanentError("too long ago"))
    assert done.value.value == "0"
    steps = GEMINI.token_at("nopair", 10**18)
    next(steps)
    with pytest.raises(UnknownProduct):
        steps.throw(UnknownProduct("no such symbol"))


@pytest.mark.parametrize("product", ["../../x", "BTC/USD", "", "btc usd", "btcusd\n", "btc-usd"])
def test_what_is_no_symbol_never_reaches_the_exchange(product: str) -> None:
    every: list[Steps[Any]] = [
        GEMINI.follow(product, "0"),
        GEMINI.head(product),
        GEMINI.token_at(product, 10**18),
    ]
    for steps in every:
        with pytest.raises(UnknownProduct, match="letters and digits"):
            next(steps)


@pytest.mark.parametrize(
    ("status", "text", "outcome"),
    [
        (200, "[]", Outcome.OK),
        (200, ' [{"tid":1}] \n', Outcome.OK),
        (200, "", Outcome.RETRY),
        (200, '[{"tid":1},', Outcome.RETRY),
        (200, "<html></html>", Outcome.RETRY),
        (200, '{"result":"error","reason":"RateLimit","message":""}', Outcome.RATE_LIMITED),
        (429, '{"result":"error","reason":"RateLimit","message":""}', Outcome.RATE_LIMITED),
        (429, "", Outcome.RATE_LIMITED),
        (400, '{"result":"error","reason":"InvalidSymbol","message":""}', Outcome.UNKNOWN_PRODUCT),
        (
            400,
            '{"result":"error","reason":"Bad Request","message":"\'x\' is not a valid symbol"}',
            Outcome.UNKNOWN_PRODUCT,
        ),
        (400, '{"result":"error","reason":"InvalidTimestamp","message":""}', Outcome.PERMANENT),
        (400, '{"result":"error","reason":"Maintenance","message":""}', Outcome.RETRY),
        (500, '{"result":"error","reason":"System","message":""}', Outcome.RETRY),
        (403, "<html></html>", Outcome.BANNED),
        (502, "<html></html>", Outcome.RETRY),
    ],
)
def test_what_a_response_means(status: int, text: str, outcome: Outcome) -> None:
    response = Response(request=Request(path="/"), status=status, headers={}, body=text.encode())
    assert GEMINI.classify(response).outcome is outcome


def test_the_exchange_s_wish_to_wait_is_kept() -> None:
    headers = {"retry-after": "7"}
    text = b'{"result":"error","reason":"RateLimit"}'
    response = Response(request=Request(path="/"), status=429, headers=headers, body=text)
    assert GEMINI.classify(response).retry_after_seconds == 7


def test_spot_markets_by_their_own_currencies() -> None:
    listed = [
        {"symbol": "BTCGUSD", "base_currency": "BTC", "quote_currency": "GUSD", "tick_size": 1e-8},
        {"symbol": "BTCGUSDPERP", "base_currency": "BTC", "quote_currency": "GUSD", "product_type": "swap"},
        {"symbol": "ETHBTC", "base_currency": "ETH", "quote_currency": "BTC", "status": "closed"},
        {"symbol": "AMPUSD", "base_currency": "AMP", "quote_currency": "USD", "status": "limit_only"},
    ]
    assert next(GEMINI.products()).path == "/v1/symbols/details/all"
    products = answered(GEMINI.products(), json.dumps(listed).encode())
    assert [(one.id, one.base, one.quote, one.active) for one in products] == [
        ("ampusd", "AMP", "USD", True),
        ("btcgusd", "BTC", "GUSD", True),
        ("ethbtc", "ETH", "BTC", False),
    ]


def test_settings_can_be_sent_to_another_process() -> None:
    config = GeminiConfig(requests_per_second=0.5)
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - our own
