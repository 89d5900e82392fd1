"""What is asked of Binance, and what its answers mean."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, TypeVar

import pytest

from schemahub import Outcome, Request, Response, Site, Span
from schemahub.errors import IntegrityError, RetryableError, UnknownProduct
from schemahub_binance import Binance, BinanceConfig

if TYPE_CHECKING:
    from schemahub import ArchiveFile, Steps

T = TypeVar("T")
BINANCE = Binance(BinanceConfig())
DAY_US = 86_400_000_000
FIRST_US = 1_704_067_200_000_000  # 2024-01-01


def row(trade_id: int, time: int = FIRST_US) -> dict[str, object]:
    return {
        "id": trade_id,
        "price": "4.00000100",
        "qty": "12.00000000",
        "quoteQty": "48.000012",
        "time": time,
        "isBuyerMaker": True,
        "isBestMatch": True,
    }


def asked(steps: Steps[object]) -> Request:
    return next(steps)


def answered(steps: Steps[T], *bodies: bytes | None) -> tuple[T, list[Request]]:
    """Answer each request with the next body; None is a 404."""
    requests, left = [], list(bodies)
    try:
        request = next(steps)
        while True:
            requests.append(request)
            body = left.pop(0)
            if body is None:
                request = steps.throw(UnknownProduct("HTTP 404"))
            else:
                request = steps.send(Response(request=request, status=200, headers={}, body=body))
    except StopIteration as done:
        assert not left
        return done.value, requests


def rows(*trade_ids: int) -> bytes:
    return json.dumps([row(trade_id) for trade_id in trade_ids]).encode()


def aggregate(first_id: int, time: int) -> bytes:
    return json.dumps([{"a": 1, "p": "1", "q": "1", "f": first_id, "l": first_id, "T": time}]).encode()


def test_a_page_begins_with_its_first_id_and_has_microseconds() -> None:
    request = asked(BINANCE.page("BTCUSDT", Span(101, 200)))
    assert request.path == "/api/v3/historicalTrades"
    assert request.params == {"symbol": "BTCUSDT", "fromId": "101", "limit": "100"}
    assert request.headers == {"X-MBX-TIME-UNIT": "MICROSECOND"}
    assert request.endpoint == "trades"
    assert request.site is Site.API


def test_a_pages_bytes_are_kept() -> None:
    lines = [json.dumps(row(i, FIRST_US + i)).encode() for i in (7, 8, 9)]
    page, _ = answered(BINANCE.page("BTCUSDT", Span(7, 9)), b"[" + b",".join(lines) + b"]")
    assert list(page.positions) == [7, 8, 9]
    assert list(page.lines) == lines
    assert (page.first_time_ns, page.last_time_ns) == ((FIRST_US + 7) * 1_000, (FIRST_US + 9) * 1_000)


@pytest.mark.parametrize(
    ("sent", "kept"), [((437, 438), []), ((5, 7, 8), [7, 8]), ((8, 9, 11, 12), [8, 9]), ((), [])]
)
def test_what_was_not_asked_for_is_not_passed_on(sent: tuple[int, ...], kept: list[int]) -> None:
    page, _ = answered(BINANCE.page("DOGEUSDT", Span(7, 10)), rows(*sent))
    assert list(page.positions) == kept
    assert len(page.lines) == len(kept)


def test_times_in_milliseconds_are_known_by_their_size() -> None:
    body = json.dumps([row(7, FIRST_US // 1_000)]).encode()
    page, _ = answered(BINANCE.page("BTCUSDT", Span(7, 7)), body)
    assert page.first_time_ns == FIRST_US * 1_000


@pytest.mark.parametrize("body", [b'[{"id":"x"}]', b"[1]", b'[{"price":"1"}]', b'[{"id":7,"time":"x"}]'])
def test_a_damaged_row_is_to_be_asked_for_again(body: bytes) -> None:
    for steps in (BINANCE.page("BTCUSDT", Span(7, 9)), BINANCE.head("BTCUSDT")):
        with pytest.raises(RetryableError):
            answered(steps, body)


def test_the_head_is_the_newest_page() -> None:
    head, requests = answered(BINANCE.head("BTCUSDT"), rows(8, 9))
    assert list(head.positions) == [8, 9]
    assert list(head.times_ns) == [FIRST_US * 1_000] * 2
    assert "fromId" not in requests[0].params


def test_a_time_is_located_with_one_request() -> None:
    found, requests = answered(
        BINANCE.locate("BTCUSDT", FIRST_US * 1_000, Span(1, 500)), aggregate(123, FIRST_US)
    )
    assert found == 123
    assert requests[0].path == "/api/v3/aggTrades"
    assert requests[0].params["startTime"] == str(FIRST_US // 1_000)
    assert requests[0].endpoint == "aggregates"


def test_a_time_within_a_millisecond_is_located_exactly() -> None:
    body = json.dumps(
        [{"f": 5, "T": FIRST_US + 1}, {"f": -1, "T": FIRST_US + 7}, {"f": 9, "T": FIRST_US + 8}]
    )
    found, _ = answered(BINANCE.locate("BTCUSDT", (FIRST_US + 5) * 1_000, Span(1, 500)), body.encode())
    assert found == 9


@pytest.mark.parametrize(
    ("body", "expected"), [(b"[]", 501), (aggregate(900, FIRST_US), 501), (aggregate(3, FIRST_US), 10)]
)
def test_a_time_is_located_within_what_was_asked_for(body: bytes, expected: int) -> None:
    assert answered(BINANCE.locate("BTCUSDT", 0, Span(10, 500)), body)[0] == expected


CHECKSUM = b"A" * 64 + b"  BTCUSDT-trades-2024-01.zip\n"


def test_a_month_is_taken_where_all_of_it_is_wanted() -> None:
    file, requests = answered(
        BINANCE.archive("BTCUSDT", Span(100, 5_000)),
        rows(100),
        aggregate(100, FIRST_US),
        aggregate(4_000, FIRST_US + 31 * DAY_US),
        CHECKSUM,
    )
    assert file is not None
    assert file.span == Span(100, 3_999)
    assert file.sha256 == "a" * 64
    path = "/data/spot/monthly/trades/BTCUSDT/BTCUSDT-trades-2024-01.zip"
    assert (file.request.path, file.request.site) == (path, Site.ARCHIVE)
    assert (requests[-1].path, requests[-1].site) == (f"{path}.CHECKSUM", Site.ARCHIVE)
    assert requests[2].params["startTime"] == str((FIRST_US + 31 * DAY_US) // 1_000)


@pytest.mark.parametrize(
    ("monthly", "last"),
    [
        ([aggregate(90, FIRST_US)], 5_000),  # the month began before
        ([aggregate(100, FIRST_US), aggregate(4_000, FIRST_US + 31 * DAY_US)], 3_000),  # it goes on behind
        ([aggregate(100, FIRST_US), b"[]"], 5_000),  # it goes on still
        ([aggregate(100, FIRST_US), aggregate(4_000, FIRST_US + 31 * DAY_US), None], 5_000),  # not published
    ],
)
def test_else_a_day(monthly: list[bytes | None], last: int) -> None:
    file, requests = answered(
        BINANCE.archive("BTCUSDT", Span(100, last)),
        rows(100),
        *monthly,
        aggregate(250, FIRST_US + DAY_US),
        CHECKSUM,
    )
    assert file is not None
    assert file.span == Span(100, 249)
    assert requests[-1].path == "/data/spot/daily/trades/BTCUSDT/BTCUSDT-trades-2024-01-01.zip.CHECKSUM"


def test_behind_the_newest_trade_a_day_goes_to_the_end() -> None:
    file, _ = answered(
        BINANCE.archive("BTCUSDT", Span(100, 180)), rows(100), aggregate(7, FIRST_US), b"[]", CHECKSUM
    )
    assert file is not None
    assert file.span == Span(100, 180)


class Forgetful:
    """Serves ids from 60 000 on; aggregated trades, a hundred a day from 2023-10-01 on, from an id on."""

    def __init__(self, known_from: int) -> None:
        self.known_from = known_from
        self.requests = 0

    def __call__(self, request: Request) -> bytes:
        self.requests += 1
        if request.site is Site.ARCHIVE:
            return CHECKSUM
        if request.path.endswith("historicalTrades"):
            return rows(60_000)
        days = (int(request.params["startTime"]) * 1_000 - FIRST_US) // DAY_US + 92
        return aggregate(max(self.known_from, days * 100), FIRST_US + days * DAY_US)

    def file(self, span: Span) -> ArchiveFile | None:
        steps = BINANCE.archive("DOGEUSDT", span)
        try:
            request = next(steps)
            while True:
                request = steps.send(Response(request=request, status=200, headers={}, body=self(request)))
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # StopIteration is not generic


def test_a_trade_that_is_served_no_longer_is_dated_by_aggregated_ones() -> None:
    exchange = Forgetful(known_from=0)
    file = exchange.file(Span(4_250, 4_900))
    assert file is not None
    assert file.request.path.endswith("daily/trades/DOGEUSDT/DOGEUSDT-trades-2023-11-12.zip")
    assert file.span == Span(4_250, 4_299)
    assert exchange.requests < 20


def test_where_nobody_knows_the_day_of_a_trade_there_is_no_file() -> None:
    assert Forgetful(known_from=60_000).file(Span(4_250, 4_900)) is None
    assert answered(BINANCE.archive("DOGEUSDT", Span(1, 1_000)), rows())[0] is None


def test_a_day_that_is_not_published_is_no_error() -> None:
    steps = BINANCE.archive("BTCUSDT", Span(100, 180))
    assert answered(steps, rows(100), aggregate(7, FIRST_US), b"[]", None)[0] is None


def test_a_checksum_that_is_none_is_to_be_asked_for_again() -> None:
    steps = BINANCE.archive("BTCUSDT", Span(100, 180))
    with pytest.raises(RetryableError, match="checksum"):
        answered(steps, rows(100), aggregate(7, FIRST_US), b"[]", b"<html>")


LINES = (
    b"28457,4.00000100,12.00000000,48.00001200,1499865549590,True,True\n"
    b"28458,4.00000101,2.00000000,8.00000202,1499865549591,False,True\n"
)


@pytest.mark.parametrize("data", [LINES, LINES[:-1], b"id,price,qty,quote_qty,time,a,b\n" + LINES])
def test_lines_of_a_file_become_arrays_of_their_own_texts(data: bytes) -> None:
    page = BINANCE.archive_page("BTCUSDT", data)
    assert list(page.positions) == [28_457, 28_458]
    assert [json.loads(line) for line in page.lines] == [
        line.decode().split(",") for line in LINES.splitlines()
    ]
    assert page.first_time_ns == 1_499_865_549_590_000_000
    assert page.last_time_ns == 1_499_865_549_591_000_000


def test_lines_with_microseconds() -> None:
    page = BINANCE.archive_page("BTCUSDT", LINES.replace(b"1499865549590", b"1735689600000123"))
    assert page.first_time_ns == 1_735_689_600_000_123_000


@pytest.mark.parametrize(
    "line",
    [
        b"28459,4.0,1.0,4.0,1499865549590,True",
        b"28459,4.0,1.0,4.0,1499865549590,True,True,x",
        b"28459,4.0,1.0,4.0,1499865549590,yes,True",
        b'28459,"4,0",1.0,4.0,1499865549590,True,True',
        b"",
        b"<html>",
        b"28459,4.0,1.0,4.0,14998655,True,True",
        b"28459,4.0,1.0,4.0,1499865549590,True,True\r",
    ],
)
def test_a_line_that_is_no_trade_is_the_files_end(line: bytes) -> None:
    with pytest.raises(IntegrityError, match="no trade"):
        BINANCE.archive_page("BTCUSDT", LINES + line + b"\n" + LINES)


@pytest.mark.parametrize(
    "product", ["../../x", "BTC/USD", "", "..", "BTC USDT", "BTCUSDT\n", "B" * 51, "a?b"]
)
def test_what_is_no_symbol_never_reaches_the_exchange(product: str) -> None:
    for steps in (
        BINANCE.page(product, Span(1, 2)),
        BINANCE.head(product),
        BINANCE.locate(product, 0, Span(1, 2)),
    ):
        with pytest.raises(UnknownProduct, match="letters and digits"):
            asked(steps)


def test_a_symbol_need_not_be_latin() -> None:
    steps = BINANCE.archive("币安人生USDT", Span(100, 180))
    file, _ = answered(steps, rows(100), aggregate(7, FIRST_US), b"[]", CHECKSUM)
    assert file is not None
    assert file.request.path.isascii()


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b"[]", Outcome.OK),
        (200, b"", Outcome.RETRY),
        (200, b'{"code":0}', Outcome.RETRY),
        (200, b'[{"id":1},', Outcome.RETRY),
        (400, b'{"code":-1121,"msg":"Invalid symbol."}', Outcome.UNKNOWN_PRODUCT),
        (400, b'{"code":-1003,"msg":"Too much request weight used"}', Outcome.RATE_LIMITED),
        (400, b'{"code":-1102,"msg":"Mandatory parameter"}', Outcome.PERMANENT),
        (400, b"<html>", Outcome.PERMANENT),
        (451, b'{"code":0,"msg":"restricted location"}', Outcome.PERMANENT),
        (429, b'{"code":-1003}', Outcome.RATE_LIMITED),
        (418, b'{"code":-1003}', Outcome.BANNED),
        (403, b"<html>", Outcome.BANNED),
        (502, b"<html>", Outcome.RETRY),
    ],
)
def test_what_a_response_means(status: int, body: bytes, outcome: Outcome) -> None:
    request = Request(path="/api/v3/historicalTrades", endpoint="trades")
    headers = {"retry-after": "7", "x-mbx-used-weight-1m": "5990"}
    verdict = BINANCE.classify(Response(request=request, status=status, headers=headers, body=body))
    assert verdict.outcome is outcome
    assert verdict.remaining == {"weight": 10.0}
    if status in {418, 429}:
        assert verdict.retry_after_seconds == 7


def test_a_file_is_judged_by_its_status_alone() -> None:
    request = Request(path="/data/x.zip", site=Site.ARCHIVE)
    for status, outcome in ((200, Outcome.OK), (206, Outcome.OK), (404, Outcome.UNKNOWN_PRODUCT)):
        verdict = BINANCE.classify(Response(request=request, status=status, headers={}, body=b""))
        assert verdict.outcome is outcome


def test_no_minute_sees_more_than_is_allowed() -> None:
    (limit,) = BINANCE.rate_limits()
    assert limit.burst + 60 * limit.per_second <= 6_000
    assert limit.weights["trades"] == 25


def test_symbols_are_told_by_the_list_and_never_cut() -> None:
    listed = [
        {"symbol": "USDTTRY", "status": "TRADING", "baseAsset": "USDT", "quoteAsset": "TRY", "filters": []},
        {"symbol": "BTCUPUSDT", "status": "BREAK", "baseAsset": "BTCUP", "quoteAsset": "USDT"},
    ]
    products, requests = answered(BINANCE.products(), json.dumps({"symbols": listed}).encode())
    assert [(one.id, one.base, one.quote, one.active) for one in products] == [
        ("BTCUPUSDT", "BTCUP", "USDT", False),
        ("USDTTRY", "USDT", "TRY", True),
    ]
    assert requests[0].endpoint == "info"
    with pytest.raises(RetryableError):
        answered(BINANCE.products(), b"[]")


def test_configuration_travels_to_other_processes() -> None:
    config = BinanceConfig(base_url="http://127.0.0.1:1", archive_url=None)
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - our own bytes
