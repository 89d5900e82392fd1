"""What is asked of Kraken, and what its answers mean."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from schemahub import Outcome, Request, Response
from schemahub.errors import IntegrityError, RetryableError, UnknownProduct
from schemahub.testing import answered
from schemahub_kraken import Kraken, KrakenConfig

if TYPE_CHECKING:
    from schemahub import Steps


KRAKEN = Kraken(KrakenConfig())
TOKEN = "1762795400000000000"  # noqa: S105 - no password
AFTER = "1762795457846737254"
ROWS = (
    b'["105433.60000","0.00027625",1762795433.9717445,"b","l","",7]',
    b'["105410.10000", "0.00005000", 1762795457.8467374, "b", "m", "", 8]',
    b'["105410.10000","0.1",1762795457.8467374,"s","m","",9]',
)


def body(*rows: bytes, last: str = '"1762795457846737254"', key: str = "XXBTZUSD") -> bytes:
    joined = b",\n".join(rows)
    return b'{"error":[],"result":{"%s":[%s],"last":%s}}' % (key.encode(), joined, last.encode())


def test_a_page_is_asked_for_by_its_token() -> None:
    request = next(KRAKEN.follow("XXBTZUSD", TOKEN))
    assert request.path == "/0/public/Trades"
    assert request.params == {"pair": "XXBTZUSD", "since": TOKEN}
    assert "since" not in next(KRAKEN.head("XXBTZUSD")).params


@pytest.mark.parametrize("key", ["XXBTZUSD", "XBTUSD", "anything"])
def test_a_page_keeps_its_bytes_under_whatever_name_it_comes(key: str) -> None:
    page = answered(KRAKEN.follow("XXBTZUSD", TOKEN), body(*ROWS, key=key))
    assert list(page.positions) == [7, 8, 9]
    assert list(page.lines) == list(ROWS)
    assert page.next_token == AFTER


def test_times_are_read_from_their_text_and_the_last_is_exact() -> None:
    page = answered(KRAKEN.follow("XXBTZUSD", TOKEN), body(*ROWS))
    # What is printed of the last time is 146 ns too much; the two trades that share it still do.
    assert list(page.times_ns or ()) == [1762795433971744500, 1762795457846737254, 1762795457846737254]
    assert (page.first_time_ns, page.last_time_ns) == (1762795433971744500, 1762795457846737254)


@pytest.mark.parametrize("text", ["1762795433", "1762795433.0", "1.762795433e9"])
def test_a_whole_second_may_be_printed_in_any_way(text: str) -> None:
    row = ROWS[0].replace(b"1762795433.9717445", text.encode())
    page = answered(KRAKEN.follow("XXBTZUSD", TOKEN), body(row, last='"1762795433000000000"'))
    assert page.first_time_ns == 1762795433000000000


@pytest.mark.parametrize("last", [f'"{AFTER}"', AFTER])
def test_a_token_is_never_a_float(last: str) -> None:
    assert answered(KRAKEN.follow("XXBTZUSD", TOKEN), body(*ROWS, last=last)).next_token == AFTER


def test_ids_beyond_a_double_s_precision() -> None:
    row = ROWS[0].replace(b",7]", b",%d]" % (2**53 + 1))
    assert list(answered(KRAKEN.follow("XXBTZUSD", TOKEN), body(row)).positions) == [2**53 + 1]


def test_an_empty_page_has_the_token_that_was_asked_for() -> None:
    page = answered(KRAKEN.follow("XXBTZUSD", TOKEN), body(last=f'"{TOKEN}"'))
    assert (list(page.positions), page.first_time_ns, page.next_token) == ([], None, TOKEN)


def test_more_fields_than_there_are_today_are_no_error() -> None:
    row = ROWS[0].replace(b",7]", b',7,"new"]')
    assert list(answered(KRAKEN.follow("XXBTZUSD", TOKEN), body(row)).positions) == [7]


def test_trades_without_ids_are_one_clear_error() -> None:
    old = b'["1023.82219","0.00435995",1385579841.7774,"s","l",""]'
    said = r"XXBTZUSD: .*expected 7 fields, the last of them the id, found 6"
    with pytest.raises(IntegrityError, match=said):
        answered(KRAKEN.follow("XXBTZUSD", "0"), body(old, last='"1385579841777400000"'))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'{"error":[]}',
        b'{"error":[],"result":{"last":"1"}}',
        b'{"error":[],"result":{"A":[],"B":[],"last":"1"}}',
        b'{"error":[],"result":{"A":[]}}',
        body(*ROWS, last="null"),
        body(*ROWS, last='"x"'),
        body(*ROWS, last="1.7e18"),
        body(ROWS[0].replace(b",7]", b',"x"]')),
        body(ROWS[0].replace(b"1762795433.9717445", b"null")),
        body(ROWS[0].replace(b"1762795433.9717445", b'"NaN"')),
        body(b"7"),
        body(*ROWS)[:-9],
    ],
)
def test_a_damaged_page_is_to_be_asked_for_again(text: bytes) -> None:
    with pytest.raises(RetryableError):
        answered(KRAKEN.follow("XXBTZUSD", TOKEN), text)
    with pytest.raises(RetryableError):
        answered(KRAKEN.head("XXBTZUSD"), text)


def test_a_page_of_another_token_is_to_be_asked_for_again() -> None:
    with pytest.raises(RetryableError, match="another question"):
        answered(KRAKEN.follow("XXBTZUSD", "1762795433971746000"), body(*ROWS))
    # What is printed may be a little less than what it was printed from.
    answered(KRAKEN.follow("XXBTZUSD", "1762795433971744700"), body(*ROWS))


def test_a_token_that_leads_back_into_the_page_is_not_followed() -> None:
    with pytest.raises(RetryableError, match="before the page's own end"):
        answered(KRAKEN.follow("XXBTZUSD", TOKEN), body(*ROWS, last='"1762795457"'))


def test_a_token_of_a_time_leads_to_before_it() -> None:
    def token(time_ns: int) -> str:
        with pytest.raises(StopIteration) as done:
            next(KRAKEN.token_at("XXBTZUSD", time_ns))
        return str(done.value.value)

    assert token(1762795457846737254) == "1762795457846736254"
    assert token(0) == token(999) == token(10**12) == "0"


@pytest.mark.parametrize("product", ["../../x", "XBT/USD", "", "XBT USD", "XXBTZUSD.d", "XXBTZUSD\n"])
def test_what_is_no_pair_never_reaches_the_exchange(product: str) -> None:
    both: list[Steps[Any]] = [KRAKEN.follow(product, "0"), KRAKEN.head(product)]
    for steps in both:
        with pytest.raises(UnknownProduct, match="letters and digits"):
            next(steps)


@pytest.mark.parametrize(
    ("status", "text", "outcome"),
    [
        (200, '{"error":[],"result":{}}', Outcome.OK),
        (200, '{"error":["WGeneral:Deprecated"],"result":{}}', Outcome.OK),
        (200, '{"error":["EGeneral:Too many requests"]}', Outcome.RATE_LIMITED),
        (200, '{"error":["EAPI:Rate limit exceeded"]}', Outcome.RATE_LIMITED),
        (200, '{"error":["EService:Throttled: 1762795457"]}', Outcome.RATE_LIMITED),
        (200, '{"error":["EGeneral:Temporary lockout"]}', Outcome.BANNED),
        (200, '{"error":["EService:Unavailable"]}', Outcome.RETRY),
        (200, '{"error":["EService:Busy"]}', Outcome.RETRY),
        (200, '{"error":["EGeneral:Internal error"]}', Outcome.RETRY),
        (200, '{"error":["ENew:Never seen"]}', Outcome.RETRY),
        (200, '{"error":["EQuery:Unknown asset pair"]}', Outcome.UNKNOWN_PRODUCT),
        (200, '{"error":["EGeneral:Invalid arguments"]}', Outcome.PERMANENT),
        (200, "", Outcome.RETRY),
        (200, "<html></html>", Outcome.RETRY),
        (200, '{"error":[],"result":{"XX', Outcome.RETRY),
        (200, "[]", Outcome.RETRY),
        (520, "<html></html>", Outcome.RETRY),
        (503, '{"error":["EService:Unavailable"]}', Outcome.RETRY),
        (429, "", Outcome.RATE_LIMITED),
        (403, "<html></html>", Outcome.BANNED),
    ],
)
def test_what_a_response_means(status: int, text: str, outcome: Outcome) -> None:
    response = Response(request=Request(path="/"), status=status, headers={}, body=text.encode())
    verdict = KRAKEN.classify(response)
    assert verdict.outcome is outcome
    if status == 200 and outcome is Outcome.RATE_LIMITED:
        assert verdict.retry_after_seconds == 1.0


def test_the_pairs_are_named_as_elsewhere_and_dark_pools_left_out() -> None:
    listed = {
        "XXBTZUSD": {"altname": "XBTUSD", "wsname": "XBT/USD", "base": "XXBT", "quote": "ZUSD"},
        "XXBTZUSD.d": {"altname": "XBTUSD.d", "base": "XXBT", "quote": "ZUSD"},
        "DARK": {"wsname": ""},
        "XTZXBT": {"wsname": "XTZ/XBT", "status": "post_only"},
        "DASHUSD": {"wsname": "DASH/USD", "base": "DASH", "quote": "ZUSD", "status": "cancel_only"},
        "XDGUSD": {"wsname": "XDG/USD", "status": "online"},
    }
    assert next(KRAKEN.products()).path == "/0/public/AssetPairs"
    products = answered(KRAKEN.products(), json.dumps({"error": [], "result": listed}).encode())
    found = {product.id: (product.base, product.quote, product.active) for product in products}
    assert found == {
        "DASHUSD": ("DASH", "USD", False),
        "XDGUSD": ("DOGE", "USD", True),
        "XTZXBT": ("XTZ", "BTC", True),
        "XXBTZUSD": ("BTC", "USD", True),
    }


def test_settings_can_be_sent_to_another_process() -> None:
    config = KrakenConfig(requests_per_second=0.5)
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - our own
