from __future__ import annotations

import random
import threading
from collections import Counter
from typing import TYPE_CHECKING

import httpx
import pytest

from schemahub._classify import classify_http
from schemahub._http.client import HttpClient
from schemahub._http.patience import Patience
from schemahub.bodies import lines
from schemahub.errors import (
    Cancelled,
    PermanentError,
    RetriesExhausted,
    UnknownProduct,
)
from schemahub.events import BreakerChanged, Event, RequestSent, RetryScheduled, TokensWaited
from schemahub.model import Outcome, RateLimit, Request, Response, Verdict
from schemahub.settings import BreakerSettings, HttpSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._clock import Stop
    from schemahub.model import Steps
    from schemahub.testing.fake_clock import FakeClock

    Make = Callable[..., HttpClient]

REQUEST = Request(path="/trades/BTC-USD", params={"apikey": "s3cret"})


@pytest.fixture
def make(clock: FakeClock, stop: Stop, events: list[Event]) -> Make:
    def build(answer: Callable[[httpx.Request], httpx.Response], **settings: object) -> HttpClient:
        return HttpClient(
            "https://api.test",
            [RateLimit(name="requests", per_second=10, burst=15)],
            classify_http,
            HttpSettings(**settings),  # type: ignore[arg-type]  # checked where it is used
            clock=clock,
            stop=stop,
            emit=events.append,
            transport=httpx.MockTransport(answer),
            rng=random.Random(7),  # noqa: S311 - no secret
        )

    return build


def answers(*statuses: int, body: bytes = b"[]", **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    left = list(statuses)

    def answer(_request: httpx.Request) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        status = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(status, content=body, headers=named if status != 200 else {})

    return answer


def test_it_retries_what_passes_and_tells(make: Make, events: list[Event]) -> None:
    assert make(answers(500, 429, 408, 200)).send(REQUEST).status == 200
    assert [e.status for e in events if isinstance(e, RequestSent)] == [500, 429, 408, 200]
    assert [e.attempt for e in events if isinstance(e, RetryScheduled)] == [1, 2, 3]


def test_an_unknown_product_is_asked_for_once(make: Make, events: list[Event]) -> None:
    with pytest.raises(UnknownProduct, match=r"^api.test/trades/BTC-USD: .*HTTP 404 'NotFound'"):
        make(answers(404, body=b"NotFound")).send(REQUEST)
    assert sum(isinstance(event, RequestSent) for event in events) == 1


def test_a_refusal_names_status_path_and_body_and_no_query(make: Make) -> None:
    with pytest.raises(PermanentError) as caught:
        make(answers(400, body=b'{"message":  "User-Agent header is required."}')).send(
            Request(path="/trades/BTC-USD?apikey=s3cret")
        )
    assert str(caught.value) == (
        "api.test/trades/BTC-USD: the exchange refused the request "
        """(found HTTP 400 '{"message": "User-Agent header is required."}')"""
    )


def test_a_dead_host_ends_in_one_sentence(make: Make, events: list[Event]) -> None:
    with pytest.raises(RetriesExhausted, match=r"gave up after 12 attempts: .*HTTP 503 'down'"):
        make(answers(503, body=b"down")).send(REQUEST)
    assert sum(isinstance(event, RequestSent) for event in events) == 12


def test_the_tokens_that_the_exchange_says_are_left_are_believed(make: Make, events: list[Event]) -> None:
    client = make(lambda _: httpx.Response(200, headers={"x-ratelimit-remaining": "0"}))
    for _ in range(3):
        client.send(REQUEST)
    assert any(isinstance(event, TokensWaited) for event in events)


def test_requests_without_an_answer_open_the_breaker(make: Make, events: list[Event]) -> None:
    def reset(_request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset")  # noqa: EM101 - as httpx raises it

    with pytest.raises(RetriesExhausted, match="ReadError: reset"):
        make(reset, attempts=3, breaker=BreakerSettings(least_requests=3)).send(REQUEST)
    assert [event.after for event in events if isinstance(event, BreakerChanged)] == ["open"]


def test_retry_after_is_waited_for(make: Make, clock: FakeClock) -> None:
    make(answers(429, 200, retry_after="50")).send(REQUEST)
    assert 50 <= clock.monotonic() < 51


def test_a_ban_is_waited_out_and_one_probe_goes_first(
    make: Make, clock: FakeClock, events: list[Event]
) -> None:
    make(answers(418, 200, retry_after="120")).send(REQUEST)
    assert clock.monotonic() >= 120
    assert [e.after for e in events if isinstance(e, BreakerChanged)] == ["open", "half_open", "closed"]


def test_a_ban_of_days_ends_the_product_at_once(make: Make, clock: FakeClock) -> None:
    client = make(answers(418, retry_after="259200"))
    for _ in range(2):
        with pytest.raises(RetriesExhausted, match="wait more than 300 s"):
            client.send(REQUEST)
    assert clock.monotonic() == 0


def test_a_request_in_line_for_tokens_does_not_go_through_a_breaker_that_opens(
    make: Make, clock: FakeClock, stop: Stop, events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make(answers(200))
    breaker = client._breaker
    in_flight = breaker.admit(Patience(0, clock, stop))
    for _ in range(15):
        client.send(REQUEST)

    def banned_meanwhile(seconds: float, stop: Stop) -> None:
        monkeypatch.undo()
        breaker.record(in_flight, Outcome.BANNED)
        clock.wait(seconds, stop)

    monkeypatch.setattr(clock, "wait", banned_meanwhile)
    client.send(REQUEST)
    seen = [event.after if isinstance(event, BreakerChanged) else type(event).__name__ for event in events]
    assert seen[15:] == ["open", "TokensWaited", "half_open", "RequestSent", "closed"]
    assert clock.monotonic() >= 15


def test_a_probe_that_breaks_the_connector_frees_its_slot(
    make: Make, clock: FakeClock, stop: Stop, events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make(answers(200))
    breaker = client._breaker
    breaker.record(breaker.admit(Patience(0, clock, stop)), Outcome.BANNED)

    def broken(_response: Response) -> Verdict:
        raise KeyError

    monkeypatch.setattr(client, "_classify", broken)
    with pytest.raises(KeyError):
        client.send(REQUEST)
    monkeypatch.undo()
    client.send(REQUEST)
    changes = [event.after for event in events if isinstance(event, BreakerChanged)]
    assert changes == ["open", "half_open", "open", "half_open", "closed"]


def test_a_third_of_faults_of_every_kind_loses_nothing(make: Make) -> None:
    rng = random.Random(3)  # noqa: S311 - no secret
    served: Counter[str] = Counter()

    def faulty(request: httpx.Request) -> httpx.Response:
        if rng.random() < 0.35:
            fault = rng.choice(("reset", "timeout", "500", "429", "cut"))
            if fault == "reset":
                raise httpx.ReadError(fault)
            if fault == "timeout":
                raise httpx.ReadTimeout(fault)
            if fault == "cut":
                return httpx.Response(200, content=b"[1,")
            return httpx.Response(int(fault))
        served[request.url.path] += 1
        return httpx.Response(200, content=b"[1]")

    def page(number: int) -> Steps[list[bytes]]:
        response = yield Request(path=f"/{number}")
        return lines(response.body)

    client = make(faulty)
    for number in range(2000):
        assert client.call(lambda number=number: page(number)) == [b"1"]  # type: ignore[misc]  # bound now
    assert len(served) == 2000
    assert set(served.values()) == {1}


def test_threads_that_meet_a_dead_host_send_little(make: Make, events: list[Event]) -> None:
    client = make(answers(503), breaker=BreakerSettings(least_requests=10))
    failed: list[RetriesExhausted] = []

    def send() -> None:
        try:
            client.send(REQUEST)
        except RetriesExhausted as error:
            failed.append(error)

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 20
    # Of 20 times 12 attempts: those before it opened, those in flight then, and the probes.
    assert sum(isinstance(event, RequestSent) for event in events) < 120


def test_drive_answers_each_request_and_returns_the_value(make: Make) -> None:
    def steps() -> Steps[list[str]]:
        first = yield Request(path="/a")
        second = yield Request(path="/b")
        return [first.request.path, second.request.path]

    assert make(answers(200)).drive(steps()) == ["/a", "/b"]


def test_a_connector_may_catch_what_its_request_met(make: Make) -> None:
    def steps() -> Steps[int]:
        try:
            yield Request(path="/old-name")
        except UnknownProduct:
            response = yield Request(path="/new-name")
            return response.status
        return 0

    assert make(answers(404, 200)).drive(steps()) == 200


def test_a_generator_is_closed_when_its_request_fails(make: Make) -> None:
    closed: list[bool] = []

    def steps() -> Steps[Response]:
        try:
            return (yield REQUEST)
        finally:
            closed.append(True)

    with pytest.raises(PermanentError):
        make(answers(400)).drive(steps())
    assert closed == [True]


def test_an_error_page_with_status_200_is_asked_for_again(make: Make) -> None:
    bodies = [b"<html>", b"[1", b"[1,2]"]

    def steps() -> Steps[list[bytes]]:
        response = yield REQUEST
        return lines(response.body)

    client = make(lambda _: httpx.Response(200, content=bodies.pop(0)))
    assert client.call(steps) == [b"1", b"2"]


def test_a_connector_that_never_understands_gives_up(make: Make) -> None:
    def steps() -> Steps[list[bytes]]:
        response = yield REQUEST
        return lines(response.body)

    with pytest.raises(RetriesExhausted, match="the body is no JSON array"):
        make(answers(200, body=b"<html>")).call(steps)


def test_a_stopped_run_is_cancelled_before_it_sends(make: Make, stop: Stop, events: list[Event]) -> None:
    stop.set("Ctrl-C")
    with pytest.raises(Cancelled, match="Ctrl-C"):
        make(answers(200)).send(REQUEST)
    assert events == []


def test_abort_and_close_can_be_called_idle(make: Make, stop: Stop) -> None:
    client = make(answers(200))
    stop.set("done")
    client.abort()
    client.close()
    with pytest.raises(Cancelled, match="done"):
        client.send(REQUEST)
