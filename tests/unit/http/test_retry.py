from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemahub._clock import Stop
from schemahub._http.retry import Retries, RetryBudget
from schemahub.errors import Cancelled, PermanentError, RetriesExhausted, RetryableError
from schemahub.events import Event, RetryScheduled, silent
from schemahub.settings import HttpSettings
from schemahub.testing.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._http.patience import Patience
    from schemahub.events import Emit


def retries(clock: FakeClock, stop: Stop, emit: Emit = silent, **changes: float) -> Retries:
    settings = HttpSettings(**changes)  # type: ignore[arg-type]  # the tests change numbers only
    return Retries("host", settings, clock, stop, emit, rng=random.Random(7))  # noqa: S311 - no secret


def failing(times: int, retry_after: float | None = None) -> Callable[[int, Patience], int]:
    def attempt(number: int, _patience: Patience) -> int:
        if number <= times:
            error = RetryableError("no answer", where="host/path", found=f"failure {number}")
            error.retry_after_seconds = retry_after
            raise error
        return number

    return attempt


def test_it_tries_until_it_succeeds_and_tells(clock: FakeClock, stop: Stop, events: list[Event]) -> None:
    assert retries(clock, stop, events.append).run("public", failing(3)) == 4
    told = [event for event in events if isinstance(event, RetryScheduled)]
    assert [event.attempt for event in told] == [1, 2, 3]
    assert sum(event.seconds for event in told) == pytest.approx(clock.monotonic())
    assert told[2].reason == "host/path: no answer (found failure 3)"


@given(seed=st.integers(), attempt=st.integers(1, 2000))
def test_backoff_is_random_up_to_a_doubling_bound(seed: int, attempt: int) -> None:
    chosen = Retries(
        "host",
        HttpSettings(),
        FakeClock(),
        Stop(),
        silent,
        rng=random.Random(seed),  # noqa: S311 - no secret
    )
    assert 0 <= chosen.backoff(attempt) <= min(0.25 * 2 ** min(attempt - 1, 10), 30)


def test_backoff_uses_its_whole_range(clock: FakeClock, stop: Stop) -> None:
    chosen = retries(clock, stop)
    waits = [chosen.backoff(20) for _ in range(500)]
    assert min(waits) < 1
    assert max(waits) > 29


def test_attempts_end(clock: FakeClock, stop: Stop) -> None:
    with pytest.raises(RetriesExhausted, match="host/path: gave up after 12 attempts: no attempt") as caught:
        retries(clock, stop).run("public", failing(99))
    assert isinstance(caught.value.__cause__, RetryableError)
    assert "failure 12" in str(caught.value)


def test_retry_after_is_the_least_wait(clock: FakeClock, stop: Stop) -> None:
    retries(clock, stop).run("public", failing(2, retry_after=40))
    assert clock.monotonic() == 80


def test_a_wait_beyond_the_deadline_is_not_begun(clock: FakeClock, stop: Stop) -> None:
    with pytest.raises(RetriesExhausted, match="after 4 attempts: it would have to wait more than 300 s"):
        retries(clock, stop).run("public", failing(99, retry_after=100))
    assert clock.monotonic() == 300


def test_what_other_threads_wait_does_not_use_up_the_deadline(clock: FakeClock, stop: Stop) -> None:
    def attempt(number: int, patience: Patience) -> int:
        clock.advance(1000)
        return failing(3)(number, patience)

    assert retries(clock, stop).run("public", attempt) == 4


def test_a_spent_budget_ends_all_retries(clock: FakeClock, stop: Stop) -> None:
    chosen = retries(clock, stop, retry_reserve=5, attempts=4)
    for _ in range(2):
        with pytest.raises(RetriesExhausted):
            chosen.run("public", failing(99))
    with pytest.raises(RetriesExhausted, match="after 1 attempt: too many requests of this run failed"):
        chosen.run("public", failing(99))


@given(st.lists(st.booleans(), max_size=400))
def test_retries_never_exceed_reserve_and_ratio(steps: list[bool]) -> None:
    budget, sent, taken = RetryBudget(0.5, 20), 0, 0
    for is_retry in steps:
        if is_retry:
            taken += budget.take()
        else:
            budget.pay_in()
            sent += 1
        assert taken <= 20 + 0.5 * sent


def test_a_long_calm_earns_no_more_than_the_reserve() -> None:
    budget = RetryBudget(0.5, 20)
    for _ in range(10_000):
        budget.pay_in()
    assert sum(budget.take() for _ in range(100)) == 20


def test_other_errors_pass_at_once(clock: FakeClock, stop: Stop) -> None:
    def attempt(_number: int, _patience: Patience) -> None:
        msg = "no"
        raise PermanentError(msg)

    with pytest.raises(PermanentError, match="no"):
        retries(clock, stop).run("public", attempt)
    assert clock.monotonic() == 0


def test_a_stopped_run_sends_nothing_more(clock: FakeClock, stop: Stop) -> None:
    def attempt(number: int, patience: Patience) -> int:
        stop.set("Ctrl-C")
        return failing(9)(number, patience)

    with pytest.raises(Cancelled, match="Ctrl-C"):
        retries(clock, stop).run("public", attempt)
