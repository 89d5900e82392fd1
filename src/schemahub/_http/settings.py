"""What the protection layer may do, with the reason of each number."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemahub import __version__

_MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerSettings:
    """When to stop sending to a host, and for how long."""

    window_seconds: float = 30.0
    """Answers older than this are forgotten."""
    least_requests: int = 20
    """Fewer answers in the window prove nothing."""
    failure_ratio: float = 0.5
    """An outage shows far more; a host that fails one request in three is worth going on with."""
    rate_limited_in_a_row: int = 5
    """The exchange counts otherwise than we do: stop before a 429 becomes a ban."""
    open_seconds: float = 15.0
    """The first pause; each failed probe doubles it."""
    longest_open_seconds: float = 300.0
    """Where doubling ends; an exchange that names a longer ban is believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Timeouts, retries, sizes and pools; every number is finite, so every wait ends."""

    connect_timeout: float = 5.0
    read_timeout: float = 20.0
    """Between two pieces of an answer. Pages take a second; what takes 20 will not come."""
    write_timeout: float = 10.0
    pool_timeout: float = 60.0
    """For a free connection, where more threads than connections share a pool."""
    answer_seconds: float = 120.0
    """For one whole answer: a body that drips passes every read timeout."""

    attempts: int = 12
    """Of one request. While one in three fails, one request in 500 000 uses up 12; one in 6 500, eight."""
    deadline_seconds: float = 300.0
    """What one request may wait in all (backoff, `Retry-After`, breaker). Sending, and standing in line
    for our own tokens, do not count: a long line is no failure."""
    first_backoff: float = 0.25
    most_backoff: float = 30.0
    retry_ratio: float = 0.5
    """Retries that each request sent pays for; above it, retries would keep a sick host down."""
    retry_reserve: int = 200
    """Retries allowed before that: as many as can be in flight when a host dies."""

    max_body_bytes: int = 32 * _MIB
    """Decompressed; a page is 0.1 MiB."""
    pools: int = 32
    connections_per_pool: int = 8
    """200 threads at full speed: one pool 2.5 ms CPU a page (its lock, and the list it sweeps), eight pools
    1.5, thirty-two 0.8."""
    user_agent: str = f"schemahub/{__version__} (+https://github.com/schemahub/schemahub)"
    """Coinbase and Bitstamp refuse requests that name none."""

    breaker: BreakerSettings = field(default_factory=BreakerSettings)
