"""A storm for the proxy: a share of all requests goes wrong, in every way that networks and services have."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import TYPE_CHECKING

from lossy_proxy import Fate

if TYPE_CHECKING:
    from lossy_proxy import Plan, Seen

WRONG = {
    Fate.LOSE_REQUEST: 3,
    Fate.LOSE_REPLY: 5,
    Fate.FAIL_BEFORE: 3,
    Fate.FAIL_AFTER: 5,
    Fate.CUT_BODY: 3,
    # Rare: it makes whoever is told so rest for a while.
    Fate.SLOW_DOWN: 1,
}
"""How often each comes, against the others."""


class Storm:
    """Sets the weather of a proxy; the same seed and order of requests give the same weather."""

    def __init__(self, plan: Plan, *, seed: int, share: float = 0.15, longest_seconds: float = 0.02) -> None:
        """Let `share` of the requests go wrong; each takes up to `longest_seconds` more."""
        self.seen: Counter[Fate] = Counter()
        self._rng = random.Random(seed)  # noqa: S311 - no secret
        self._first = self._rng.sample(list(WRONG), len(WRONG))
        self._share = share
        self._longest_seconds = longest_seconds
        plan.weather, plan.under_way = self._fate, self._delay

    def _fate(self, seen: Seen) -> Fate:
        del seen
        fate = Fate.PASS
        if self._rng.random() < self._share:
            # Each comes once before any comes twice: a short run has them all.
            fate = self._first.pop() if self._first else self._any()
        self.seen[fate] += 1
        return fate

    def _any(self) -> Fate:
        return self._rng.choices(list(WRONG), list(WRONG.values()))[0]

    def _delay(self, seen: Seen) -> None:
        del seen
        time.sleep(self._rng.uniform(0, self._longest_seconds))  # that is what latency is
