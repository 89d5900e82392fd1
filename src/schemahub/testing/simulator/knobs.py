"""Everything about a simulated exchange that reality leaves open, or that a test wants to turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from schemahub.testing.simulator.text import TextStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """The settings of one simulated exchange; the defaults are what was recorded or documented of Coinbase.

    Another exchange's dialect has `default_knobs`, and may have no use for some of these.

    Where recordings and clients disagree about the real exchange, a correct connector works under every
    value: run its tests under each.
    """

    seed: int = 0
    style: TextStyle = field(default_factory=TextStyle)
    """How rows are spelt."""
    before_mode: Literal["newest", "adjacent"] = "newest"
    """What `before` alone selects: the newest rows above it, or those next to it."""
    max_limit: int = 1000
    """Rows in one page at most; 100 until 2021."""
    reach_seconds: float | None = None
    """How far back trades are served; None: to the first."""
    over_limit: Literal["clamp", "reject"] = "clamp"
    """What a larger `limit` gets: a page of `max_limit`, or a 400."""
    not_found_message: str = "NotFound"
    ignore_case: bool = False
    """Accept a product id in lower case."""
    delisted: Literal["frozen", "missing"] = "frozen"
    """Whether a delisted product's trades are still served, or 404."""
    cursors_on_empty: bool = False
    """Send cursor headers with an empty page too."""
    max_age_seconds: float = 1.0
    """How long the CDN repeats a reply; 0 switches it off."""
    cache_errors: bool = False
    """Let the CDN repeat errors too."""
    hits_are_limited: bool = True
    """Count replies of the CDN against the rate limit."""
    requests_per_second: float = 10.0
    """The refill of a client's bucket; 0 switches the limit off."""
    burst: float = 15.0
    slow_limit: int | None = None
    """Requests in ten minutes before the second, undocumented limiter refuses."""
    retry_after_seconds: int | None = None
    """Send `Retry-After` with a 429; the real exchange does not."""
    trades_per_second: float = 0.0
    """New trades at the head of each product that trades, by the exchange's clock."""
    latency_ms: float = 0.0
    """Median of the (lognormal) latency; only the server waits, the in-process transport does not."""
    slow_seconds: float = 5.0
    """How long the server dribbles a body under the fault `slow`."""
    clock_skew_seconds: float = 0.0
    """How far the `Date` header and `/time` run ahead of the trades' clock."""
