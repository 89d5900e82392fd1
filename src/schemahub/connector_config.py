"""The settings that every connector has; a connector's `Config` adds its own."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ConnectorConfig(BaseModel):
    """Base of a connector's `Config`; also read from `SCHEMAHUB_CONNECTORS__{NAME}__{FIELD}`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: str = Field(min_length=1)
    """Scheme, host and path prefix that each request's path is joined to."""
    requests_per_second: float = Field(gt=0)
    """What this process may send; behind one address, give each process a share."""
    burst: float = Field(ge=1)
    """Tokens that may be spent at once after a pause."""
    settle_seconds: float = Field(default=5.0, ge=0)
    """A plan ends at the newest trade that is at least this old."""
    archive_url: str | None = Field(default=None, min_length=1)
    """Scheme, host and path prefix of bulk files; None where there are none, or not to use them."""
