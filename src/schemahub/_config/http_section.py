"""The section `http`: the same names and defaults as `schemahub._http.settings`, checked as a person's text.

Both are one level of the house, so neither imports the other; a contract test compares them.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt

from schemahub import __version__
from schemahub._config.section import Section

Ratio = Annotated[float, Field(gt=0, le=1)]


class BreakerSection(Section):
    """When to stop sending to a host, and for how long."""

    window_seconds: PositiveFloat = 30.0
    """Answers older than this are forgotten."""
    least_requests: PositiveInt = 20
    """Answers in the window below which nothing is concluded."""
    failure_ratio: Ratio = 0.5
    """Share of failures at which the breaker opens."""
    rate_limited_in_a_row: PositiveInt = 5
    """Answers 429 in a row at which it opens."""
    open_seconds: PositiveFloat = 15.0
    """The first pause; each failed probe doubles it."""
    longest_open_seconds: PositiveFloat = 300.0
    """Where doubling ends."""


class HttpSection(Section):
    """Timeouts, retries, sizes and pools of the requests to exchanges."""

    connect_timeout: PositiveFloat = 5.0
    """Seconds to reach the host."""
    read_timeout: PositiveFloat = 20.0
    """Seconds between two pieces of an answer."""
    write_timeout: PositiveFloat = 10.0
    """Seconds between two pieces of a request."""
    pool_timeout: PositiveFloat = 60.0
    """Seconds to wait for a free connection."""
    answer_seconds: PositiveFloat = 120.0
    """Seconds for one whole answer."""
    attempts: PositiveInt = 12
    """Times that one request is sent at most."""
    deadline_seconds: PositiveFloat = 300.0
    """What one request may wait in all for backoff, `Retry-After` and the breaker."""
    first_backoff: PositiveFloat = 0.25
    """Upper end of the first random pause, in seconds; it doubles with each attempt."""
    most_backoff: PositiveFloat = 30.0
    """Where doubling ends."""
    retry_ratio: Ratio = 0.5
    """Retries that each request sent pays for."""
    retry_reserve: PositiveInt = 200
    """Retries allowed before that."""
    max_body_bytes: PositiveInt = 33_554_432
    """Largest answer, decompressed."""
    pools: PositiveInt = 32
    """Connection pools; one pool's lock would slow many threads down."""
    connections_per_pool: PositiveInt = 8
    """Connections that each pool keeps."""
    user_agent: str = Field(
        default=f"schemahub/{__version__} (+https://github.com/schemahub/schemahub)", min_length=1
    )
    """What requests say they are; some exchanges refuse those that say nothing."""
    breaker: BreakerSection = BreakerSection()
    """When to stop sending."""
