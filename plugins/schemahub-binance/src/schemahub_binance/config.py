"""What can be set, and how the exchange counts requests."""

from __future__ import annotations

from pydantic import Field

from schemahub import ConnectorConfig, RateLimit

TRADES, AGGREGATES, INFO = "trades", "aggregates", "info"
"""The classes of endpoints."""

WEIGHT_PER_MINUTE = 6000.0
WEIGHTS = {TRADES: 25.0, AGGREGATES: 4.0, INFO: 20.0}
"""Documented: what an address may ask for in a minute, and what each request weighs."""

WEIGHT = "weight"


class BinanceConfig(ConnectorConfig):
    """Settings; the defaults are the documented limits of one public address."""

    base_url: str = Field(default="https://api.binance.com", min_length=1)
    # A page of 1000 trades weighs 25 of 6000 a minute: four a second. The minutes are the clock's, so one
    # of them may see the whole burst besides: 3.8 a second and ten more are 5950.
    requests_per_second: float = Field(default=3.8, gt=0)
    burst: float = Field(default=10.0, ge=1)
    archive_url: str | None = Field(default="https://data.binance.vision", min_length=1)


def rate_limit(config: ConnectorConfig) -> RateLimit:
    """Return the limit in the exchange's own unit; the settings count pages of trades."""
    page = WEIGHTS[TRADES]
    return RateLimit(
        name=WEIGHT,
        per_second=config.requests_per_second * page,
        burst=config.burst * page,
        weights=WEIGHTS,
    )
