"""What is asked of Bitstamp, and what its answers mean."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from schemahub import Outcome, Request, Response
from schemahub.errors import RetryableError, UnknownProduct
from schemahub.testing import answered
from schemahub_bitstamp import Bitstamp, BitstampConfig

if TYPE_CHECKING:
    from schemahub import Steps


BITSTAMP = Bitstamp(BitstampConfig())
HOUR = 3_600.0


def row(tid: object, date: object = "1560481868") -> bytes:
    return json.dumps({"date": date, "tid": tid, "price": "8194.79", "type": "1", "amount": "1E-8"}).encode()


def body(*rows: bytes) -> bytes:
    return b"[" + b",\n ".join(rows) + b"]"


@pytest.mark.parametrize(("seconds", "name"), [(60.0, "minute"), (3_600.0, "hour"), (86_400.0, "day")])
def test_a_window_is_asked_for_by_its_name(seconds: float, name: str) -> None:
    assert seconds in BITSTAMP.windows
    request = next(BITSTAMP.recent("BTCUSD", seconds))
    assert (request.path, request.params) == ("/api/v2/transactions/btcusd/", {"time": name})


def test_a_window_is_turned_round_and_its_bytes_kept() -> None:
    rows = [row("90574283", "1560481870"), row("90574282"), row("90574200")]
    page = answered(BITSTAMP.recent("btcusd", HOUR), body(*rows))
    assert list(page.positions) == [90574200, 90574282, 90574283]
    assert list(page.lines) == rows[::-1]
    assert page.times_ns == [1560481868 * 10**9] * 2 + [1560481870 * 10**9]
    assert (page.first_time_ns, page.last_time_ns) == (page.times_ns[0], page.times_ns[-1])


def test_trades_of_one_second_come_in_the_order_of_their_ids() -> None:
    rows = [row("7"), row("10"), row("8")]
    page = answered(BITSTAMP.recent("btcusd", HOUR), body(*rows))
    assert list(page.positions) == [7, 8, 10]
    assert list(page.lines) == [rows[0], rows[2], rows[1]]


def test_in_2013_ids_were_numbers() -> None:
    old = b'{"date": "1357492264", "tid": 122260, "price": "13.06", "amount": "28.75328052"}'
    page = answered(BITSTAMP.recent("btcusd", HOUR), body(old))
    assert (list(page.positions), list(page.lines)) == ([122260], [old])
    assert list(answered(BITSTAMP.recent("btcusd", HOUR), body(row(str(2**53 + 1)))).positions) == [2**53 + 1]


def test_an_empty_window_is_no_error() -> None:
    assert answered(BITSTAMP.recent("btcusd", HOUR), b"[]").positions == ()


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[1]", b'[{"tid":"x","date":"1"}]', b'[{"tid":"1"}]', body(row("1"))[:-3]]
)
def test_a_damaged_window_is_to_be_asked_for_again(text: bytes) -> None:
    with pytest.raises(RetryableError):
        answered(BITSTAMP.recent("btcusd", HOUR), text)


def test_the_head_is_in_the_smallest_window_that_has_a_trade() -> None:
    steps = BITSTAMP.head("btcusd")
    request = next(steps)
    asked = [request.params["time"]]
    request = steps.send(Response(request=request, status=200, headers={}, body=b"[]"))
    asked.append(request.params["time"])
    with pytest.raises(StopIteration) as done:
        steps.send(Response(request=request, status=200, headers={}, body=body(row("8"), row("7"))))
    assert asked == ["minute", "hour"]
    assert list(done.value.value.positions) == [7, 8]


@pytest.mark.parametrize("product", ["../../x", "BTC/USD", "", "btc usd", "btcusd\n", "-", "btcusd?"])
def test_what_is_no_pair_never_reaches_the_exchange(product: str) -> None:
    both: list[Steps[Any]] = [BITSTAMP.recent(product, HOUR), BITSTAMP.head(product)]
    for steps in both:
        with pytest.raises(UnknownProduct, match="letters and digits"):
            next(steps)


@pytest.mark.parametrize(
    ("status", "text", "outcome"),
    [
        (200, "[]", Outcome.OK),
        (200, ' [{"tid":"1"}] \n', Outcome.OK),
        (200, "", Outcome.RETRY),
        (200, '[{"tid":"1"},', Outcome.RETRY),
        (200, "<html>rate limit</html>", Outcome.RETRY),
        (200, '{"status":"error","reason":"try again"}', Outcome.RETRY),
        (
            200,
            '{"status":"error","reason":"Request rate limit exceeded","code":"400.002"}',
            Outcome.RATE_LIMITED,
        ),
        (400, '{"response_code":"400.002","response_explanation":"Exceeded."}', Outcome.RATE_LIMITED),
        (
            400,
            '{"status":"error","reason":"Invalid currency pair","code":"API0004"}',
            Outcome.UNKNOWN_PRODUCT,
        ),
        (400, '{"status":"error","reason":"Invalid time"}', Outcome.PERMANENT),
        (404, "<html></html>", Outcome.UNKNOWN_PRODUCT),
        (429, "", Outcome.RATE_LIMITED),
        (403, "<html></html>", Outcome.BANNED),
        (503, "<html></html>", Outcome.RETRY),
    ],
)
def test_what_a_response_means(status: int, text: str, outcome: Outcome) -> None:
    response = Response(request=Request(path="/"), status=status, headers={}, body=text.encode())
    assert BITSTAMP.classify(response).outcome is outcome


def test_pairs_are_parted_by_their_names() -> None:
    listed = [
        {"name": "USDT/USD", "url_symbol": "usdtusd", "trading": "Enabled"},
        {"name": "BTC/USD", "url_symbol": "btcusd", "trading": "Enabled", "counter_decimals": 2},
        {"name": "OLD/EUR", "url_symbol": "oldeur", "trading": "Disabled"},
        {"name": "nameless", "url_symbol": "x"},
    ]
    assert next(BITSTAMP.products()).path == "/api/v2/trading-pairs-info/"
    products = answered(BITSTAMP.products(), json.dumps(listed).encode())
    assert [(one.id, one.base, one.quote, one.active) for one in products] == [
        ("btcusd", "BTC", "USD", True),
        ("oldeur", "OLD", "EUR", False),
        ("usdtusd", "USDT", "USD", True),
    ]


def test_settings_can_be_sent_to_another_process() -> None:
    config = BitstampConfig(requests_per_second=0.5)
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - our own
