"""The exchange's side of the rate limit, and what it saw of each client."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub.testing.simulator.knobs import Knobs

_TEN_MINUTES = 600.0

PUBLIC = "Public rate limit exceeded"
SLOW = "Slow rate limit exceeded"


class Bucket:
    """A token bucket that starts full and refills when it is looked at."""

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        """Start full."""
        self._per_second = per_second
        self._burst = burst
        self._tokens = burst
        self._at = now

    @property
    def spent(self) -> float:
        """Return how many tokens are missing from a full bucket."""
        return self._burst - self._tokens

    def take(self, now: float, tokens: float = 1.0) -> bool:
        """Take tokens, if there are as many."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        # A client that waits for exactly one token must not miss it by the last bit of a float.
        if self._tokens < tokens - 1e-9:
            return False
        self._tokens -= tokens
        return True


class Client:
    """One address: how fast it asked, and what it was refused."""

    def __init__(self, knobs: Knobs, now: float) -> None:
        """Give it full buckets."""
        self.requests = 0
        self.refused = 0
        self.most_in_one_second = 0
        self._second: deque[float] = deque()
        self._bucket = Bucket(knobs.requests_per_second, knobs.burst, now)
        self._limited = knobs.requests_per_second > 0
        slow = knobs.slow_limit
        self._slow = Bucket(slow / _TEN_MINUTES, slow, now) if slow else None

    @property
    def spent(self) -> float:
        """Return how many tokens of the rate limit this client has used and not got back."""
        return self._bucket.spent

    def refusal(self, now: float, weight: float = 1.0) -> str | None:
        """Count a request; return why it is refused, or None. One that weighs nothing is free."""
        self._count(now)
        if not weight:
            return None
        if self._limited and not self._bucket.take(now, weight):
            self.refused += 1
            return PUBLIC
        if self._slow and not self._slow.take(now):
            self.refused += 1
            return SLOW
        return None

    def _count(self, now: float) -> None:
        self.requests += 1
        self._second.append(now)
        while self._second[0] <= now - 1:
            self._second.popleft()
        self.most_in_one_second = max(self.most_in_one_second, len(self._second))
