from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemahub._clock import Stop
from schemahub._http.patience import Patience
from schemahub._http.rate_limiter import RateLimiter
from schemahub.errors import Cancelled, ConfigError, RateLimited
from schemahub.events import Event, TokensWaited, silent
from schemahub.model import Outcome, RateLimit, Verdict
from schemahub.testing.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDING = 1e-6


class GrantClock(FakeClock):
    """Remembers for each thread when it last read the time: in `acquire`, the moment of its grant."""

    def __init__(self) -> None:
        super().__init__()
        self.mine = threading.local()

    def monotonic(self) -> float:
        self.mine.read = super().monotonic()
        return float(self.mine.read)


def one_limit(per_second: float = 10, burst: float = 15, **weights: float) -> RateLimit:
    return RateLimit(name="requests", per_second=per_second, burst=burst, weights=weights)


def assert_never_faster(grants: Sequence[tuple[float, float]], limit: RateLimit) -> None:
    """R5: over every interval between two grants, at most burst + rate * time."""
    ordered = sorted(grants)
    for i, (start, _) in enumerate(ordered):
        sent = 0.0
        for end, cost in ordered[i:]:
            sent += cost
            assert sent <= limit.burst + limit.per_second * (end - start) + ROUNDING


limits = st.builds(
    lambda per_second, burst: one_limit(per_second, burst, heavy=5.0, free=0.0),
    st.floats(0.5, 50),
    st.floats(5, 40),
)
loads = st.lists(
    st.tuples(st.sampled_from(["public", "heavy", "free"]), st.sampled_from([0, 0, 0, 0.05, 1, 30])),
    min_size=1,
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(first=limits, second=limits, load=loads)
def test_no_interval_sees_more_than_burst_and_rate(
    first: RateLimit, second: RateLimit, load: list[tuple[str, float]]
) -> None:
    clock, stop = GrantClock(), Stop()
    limiter = RateLimiter([first, second], clock, stop, silent)
    endpoints = []
    for endpoint, pause in load:
        clock.advance(pause)
        limiter.acquire(endpoint, Patience(0, clock, stop))
        endpoints.append((clock.mine.read, endpoint))
    for limit in (first, second):
        assert_never_faster([(at, limit.weights.get(name, 1)) for at, name in endpoints], limit)


@settings(max_examples=10, deadline=None)
@given(limit=limits, threads=st.integers(2, 12))
def test_threads_together_stay_within_the_limit(limit: RateLimit, threads: int) -> None:
    clock, stop = GrantClock(), Stop()
    limiter = RateLimiter([limit], clock, stop, silent)
    grants: list[tuple[float, float]] = []

    def send(endpoint: str) -> None:
        for _ in range(20):
            limiter.acquire(endpoint, Patience(0, clock, stop))
            grants.append((clock.mine.read, limit.weights.get(endpoint, 1)))

    workers = [threading.Thread(target=send, args=(("public", "heavy")[n % 2],)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(grants) == 20 * threads
    assert_never_faster(grants, limit)


def test_a_busy_sender_uses_all_that_is_allowed(clock: FakeClock, stop: Stop) -> None:
    limiter = RateLimiter([one_limit()], clock, stop, silent)
    sent = 0
    while clock.monotonic() < 100:
        limiter.acquire("public", Patience(0, clock, stop))
        # What the server counts when it got this request, in whole tokens.
        limiter.feedback(Verdict(outcome=Outcome.OK, remaining={"requests": max(0, 14 - sent)}))
        sent += 1
    assert sent >= 0.98 * (15 + 10 * 100)


def test_waits_are_told_and_bursts_are_free(clock: FakeClock, stop: Stop, events: list[Event]) -> None:
    limiter = RateLimiter([one_limit(10, 2)], clock, stop, events.append)
    for _ in range(3):
        limiter.acquire("public", Patience(0, clock, stop))
    (waited,) = events
    assert isinstance(waited, TokensWaited)
    assert waited.limit == "requests"
    assert waited.seconds == pytest.approx(0.1)


def test_all_limits_are_taken_or_none(clock: FakeClock, stop: Stop) -> None:
    slow = RateLimit(name="slow", per_second=1, burst=1)
    limiter = RateLimiter([one_limit(10, 10), slow], clock, stop, silent)
    for _ in range(4):
        limiter.acquire("public", Patience(0, clock, stop))
    assert clock.monotonic() == pytest.approx(3)


def test_a_light_request_does_not_overtake_a_heavy_one(stop: Stop) -> None:
    class BusyClock(FakeClock):
        """Lets a light request come while the heavy one waits."""

        light_went_at: float | None = None

        def wait(self, seconds: float, stop: Stop) -> None:
            if self.light_went_at is None:
                self.light_went_at = -1
                limiter.acquire("light", Patience(0, self, stop))
                self.light_went_at = self.monotonic()
            super().wait(seconds, stop)

    clock = BusyClock()
    limiter = RateLimiter([one_limit(1, 20, first=15.0, heavy=10.0)], clock, stop, silent)
    limiter.acquire("first", Patience(0, clock, stop))
    limiter.acquire("heavy", Patience(0, clock, stop))
    # Five tokens were there: enough for the light one, had ten not been the heavy one's.
    assert clock.light_went_at == pytest.approx(6)


def test_429_empties_the_bucket(clock: FakeClock, stop: Stop) -> None:
    limiter = RateLimiter([one_limit()], clock, stop, silent)
    limiter.feedback(Verdict(outcome=Outcome.RATE_LIMITED))
    limiter.acquire("public", Patience(0, clock, stop))
    assert clock.monotonic() == pytest.approx(0.1)


def test_retry_after_pauses_everyone_and_leaves_no_burst(clock: FakeClock, stop: Stop) -> None:
    limiter = RateLimiter([one_limit()], clock, stop, silent)
    limiter.feedback(Verdict(outcome=Outcome.RETRY, retry_after_seconds=7))
    for _ in range(3):
        limiter.acquire("public", Patience(10, clock, stop))
    assert clock.monotonic() == pytest.approx(7.3)


def test_a_pause_beyond_patience_is_an_error_at_once(clock: FakeClock, stop: Stop) -> None:
    limiter = RateLimiter([one_limit()], clock, stop, silent)
    limiter.feedback(Verdict(outcome=Outcome.RATE_LIMITED, retry_after_seconds=3600))
    with pytest.raises(RateLimited, match="expected at most 300 s, found 3600 s") as caught:
        limiter.acquire("public", Patience(300, clock, stop))
    assert caught.value.retry_after_seconds == 3600
    assert clock.monotonic() == 0


@pytest.mark.parametrize(("remaining", "free"), [(3, 4), (100, 15)])
def test_the_server_can_lower_the_balance_and_not_raise_it(
    remaining: float, free: int, clock: FakeClock, stop: Stop
) -> None:
    limiter = RateLimiter([one_limit()], clock, stop, silent)
    limiter.feedback(Verdict(outcome=Outcome.OK, remaining={"requests": remaining, "other": 0}))
    for _ in range(free):
        limiter.acquire("public", Patience(0, clock, stop))
    assert clock.monotonic() == 0
    limiter.acquire("public", Patience(0, clock, stop))
    assert clock.monotonic() > 0


def test_a_cancelled_wait_leaves_the_line(clock: FakeClock, stop: Stop) -> None:
    limiter = RateLimiter([one_limit(1, 1)], clock, stop, silent)
    limiter.acquire("public", Patience(0, clock, stop))
    stop.set("Ctrl-C")
    with pytest.raises(Cancelled):
        limiter.acquire("public", Patience(0, clock, stop))
    assert not limiter._line


def test_a_weight_that_no_bucket_holds_is_refused(clock: FakeClock, stop: Stop) -> None:
    with pytest.raises(ConfigError, match="burst of at least 25, its heaviest request"):
        RateLimiter([one_limit(10, 15, history=25.0)], clock, stop, silent)
