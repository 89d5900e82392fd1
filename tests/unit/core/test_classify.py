"""What statuses and headers mean unless a connector knows better."""

from __future__ import annotations

import pytest

from schemahub import Outcome, Request, Response
from schemahub._classify import classify_http


def response(status: int, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(request=Request(path="/"), status=status, headers=named, body=b"why")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.OK),
        (204, Outcome.OK),
        (301, Outcome.PERMANENT),
        (400, Outcome.PERMANENT),
        (403, Outcome.BANNED),
        (404, Outcome.UNKNOWN_PRODUCT),
        (408, Outcome.RETRY),
        (418, Outcome.BANNED),
        (429, Outcome.RATE_LIMITED),
        (500, Outcome.RETRY),
        (520, Outcome.RETRY),
    ],
)
def test_statuses(status: int, outcome: Outcome) -> None:
    verdict = classify_http(response(status))
    assert verdict.outcome is outcome
    assert ("why" in verdict.reason) == (outcome is not Outcome.OK)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        ("Mon, 23 Nov 2026 10:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    verdict = classify_http(response(429, retry_after=header, date="Mon, 23 Nov 2026 10:00:00 GMT"))
    assert verdict.retry_after_seconds == seconds


def test_a_date_without_the_servers_own_says_nothing() -> None:
    assert (
        classify_http(response(429, retry_after="Mon, 23 Nov 2026 10:00:30 GMT")).retry_after_seconds is None
    )


@pytest.mark.parametrize("name", ["ratelimit_remaining", "x_ratelimit_remaining"])
def test_remaining_tokens(name: str) -> None:
    assert classify_http(response(200, **{name: "3"})).remaining == {"requests": 3.0}
    assert classify_http(response(200, **{name: "many"})).remaining == {}
