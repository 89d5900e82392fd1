from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from schemahub._http.circuit_breaker import CircuitBreaker, Permit
from schemahub._http.patience import Patience
from schemahub.errors import BreakerOpen, Cancelled
from schemahub.events import BreakerChanged, Event
from schemahub.model import Outcome
from schemahub.settings import BreakerSettings

if TYPE_CHECKING:
    from schemahub._clock import Stop
    from schemahub.testing.fake_clock import FakeClock


@pytest.fixture
def breaker(clock: FakeClock, stop: Stop, events: list[Event]) -> CircuitBreaker:
    return CircuitBreaker("host", BreakerSettings(), clock, stop, events.append)


@pytest.fixture
def patience(clock: FakeClock, stop: Stop) -> Patience:
    return Patience(1000, clock, stop)


def states(events: list[Event]) -> list[str]:
    return [event.after for event in events if isinstance(event, BreakerChanged)]


def send(breaker: CircuitBreaker, patience: Patience, outcome: Outcome) -> Permit:
    permit = breaker.admit(patience)
    breaker.record(permit, outcome)
    breaker.release(permit)
    return permit


def test_it_opens_on_the_failure_ratio_and_not_before_enough_answers(
    breaker: CircuitBreaker, patience: Patience, events: list[Event]
) -> None:
    for outcome in [Outcome.OK, Outcome.RETRY] * 9 + [Outcome.RETRY]:
        send(breaker, patience, outcome)
    assert states(events) == []
    send(breaker, patience, Outcome.RETRY)
    assert states(events) == ["open"]


def test_one_failure_in_three_keeps_it_closed(
    breaker: CircuitBreaker, patience: Patience, events: list[Event]
) -> None:
    for _ in range(100):
        for outcome in (Outcome.OK, Outcome.RETRY, Outcome.UNKNOWN_PRODUCT):
            send(breaker, patience, outcome)
    assert states(events) == []


def test_old_failures_are_forgotten(
    breaker: CircuitBreaker, patience: Patience, clock: FakeClock, events: list[Event]
) -> None:
    for _ in range(3):
        for _ in range(19):
            send(breaker, patience, Outcome.RETRY)
        clock.advance(32)
    assert states(events) == []


def test_five_429_in_a_row_open_it(breaker: CircuitBreaker, patience: Patience, events: list[Event]) -> None:
    limited, fine = Outcome.RATE_LIMITED, Outcome.OK
    for outcome in [limited] * 4 + [fine] + [limited] * 4:
        send(breaker, patience, outcome)
    assert states(events) == []
    send(breaker, patience, limited)
    assert states(events) == ["open"]


def test_a_ban_opens_it_at_once_for_as_long_as_it_says(
    breaker: CircuitBreaker, clock: FakeClock, stop: Stop, events: list[Event]
) -> None:
    permit = breaker.admit(Patience(300, clock, stop))
    breaker.record(permit, Outcome.BANNED, 3600)
    with pytest.raises(BreakerOpen, match=r"host: .*expected at most 300 s, found 3600 s"):
        breaker.admit(Patience(300, clock, stop))
    assert states(events) == ["open"]
    assert clock.monotonic() == 0


def test_a_later_ban_in_flight_never_shortens_the_pause(
    breaker: CircuitBreaker, patience: Patience, clock: FakeClock
) -> None:
    first, second = breaker.admit(patience), breaker.admit(patience)
    breaker.record(first, Outcome.BANNED, 200)
    breaker.record(second, Outcome.BANNED, 1)
    assert breaker.admit(patience).probe
    assert clock.monotonic() == 200


def test_callers_wait_and_a_good_probe_closes_it(
    breaker: CircuitBreaker, patience: Patience, clock: FakeClock, events: list[Event]
) -> None:
    send(breaker, patience, Outcome.BANNED)
    assert send(breaker, patience, Outcome.OK).probe
    assert clock.monotonic() == 15
    assert not send(breaker, patience, Outcome.OK).probe
    assert states(events) == ["open", "half_open", "closed"]


def test_failed_probes_double_the_pause_up_to_a_bound_and_success_resets_it(
    breaker: CircuitBreaker, clock: FakeClock, stop: Stop
) -> None:
    patience = Patience(1e9, clock, stop)
    send(breaker, patience, Outcome.BANNED)
    pauses = []
    for outcome in [Outcome.RETRY] * 6 + [Outcome.OK, Outcome.BANNED, Outcome.OK]:
        before = clock.monotonic()
        send(breaker, patience, outcome)
        pauses.append(clock.monotonic() - before)
    assert pauses == [15, 30, 60, 120, 240, 300, 300, 0, 15]


def test_an_abandoned_probe_frees_its_slot(
    breaker: CircuitBreaker, patience: Patience, clock: FakeClock
) -> None:
    send(breaker, patience, Outcome.BANNED)
    breaker.release(breaker.admit(patience))
    assert breaker.admit(patience).probe
    assert clock.monotonic() == 15


def test_a_permit_is_void_after_a_change_and_its_late_answer_says_nothing(
    breaker: CircuitBreaker, patience: Patience, events: list[Event]
) -> None:
    late = [breaker.admit(patience) for _ in range(30)]
    assert breaker.confirm(late[0])
    send(breaker, patience, Outcome.BANNED)
    assert not breaker.confirm(late[0])
    send(breaker, patience, Outcome.OK)
    for permit in late:
        breaker.record(permit, Outcome.RETRY)
    assert states(events) == ["open", "half_open", "closed"]


def test_of_many_waiting_threads_exactly_one_probes(
    breaker: CircuitBreaker, patience: Patience, clock: FakeClock, stop: Stop
) -> None:
    send(breaker, patience, Outcome.BANNED)
    probe = breaker.admit(patience)
    permits: list[Permit] = []
    waiting = [
        threading.Thread(target=lambda: permits.append(breaker.admit(Patience(0, clock, stop))))
        for _ in range(50)
    ]
    for thread in waiting:
        thread.start()
    assert probe.probe
    assert permits == []
    breaker.record(probe, Outcome.OK)
    for thread in waiting:
        thread.join()
    assert [permit.probe for permit in permits] == [False] * 50


def test_waiting_for_a_probe_can_be_cancelled(
    breaker: CircuitBreaker, patience: Patience, stop: Stop
) -> None:
    send(breaker, patience, Outcome.BANNED)
    breaker.admit(patience)
    errors: list[Cancelled] = []

    def wait() -> None:
        try:
            breaker.admit(patience)
        except Cancelled as error:
            errors.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    stop.set("Ctrl-C")
    thread.join()
    assert len(errors) == 1
