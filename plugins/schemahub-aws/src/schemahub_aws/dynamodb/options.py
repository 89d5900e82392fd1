"""What the DynamoDB lock provider can be told."""

from __future__ import annotations

from pydantic import Field, PositiveFloat, PositiveInt

from schemahub_aws.session import AwsOptions


class DynamoOptions(AwsOptions):
    """`lock_providers.dynamodb` in the settings."""

    table: str = Field(pattern=r"^[A-Za-z0-9_.-]{3,255}$")
    """Name of the table; `DYNAMODB_LOCKS_TABLE` sets it, and chooses this provider."""
    read_timeout: PositiveFloat = 10.0
    """Seconds between two pieces of an answer. DynamoDB answers within 20 ms, or not at all."""
    max_pool_connections: PositiveInt = 50
    """Connections kept open: leases are taken at the beginning of work, and one thread renews them."""
    deadline_seconds: PositiveFloat = 20.0
    """Seconds after which a failed request is not sent again: one heartbeat must not make the next late."""
