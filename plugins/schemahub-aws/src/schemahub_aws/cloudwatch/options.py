"""What can be set under `observers.cloudwatch`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from schemahub_aws.session import AwsOptions


class CloudWatchOptions(AwsOptions):
    """Where metrics go, and how many there are; docs/METRICS.md names each and says what it costs."""

    mode: Literal["off", "emf", "api"] = "off"
    """`emf` writes lines that CloudWatch Logs makes metrics of, `api` calls PutMetricData."""
    namespace: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9._/#-]+$")] = (
        "schemahub"
    )
    """Namespace of all metrics; one for each lake of an account."""
    output: Annotated[str, Field(min_length=1)] = "stderr"
    """Where `emf` writes: `stderr`, `stdout`, or the path of a file that is appended to."""
    by_product: bool = False
    """Some metrics for each product too; every product is then paid for."""
    flush_seconds: PositiveFloat = 60.0
    """Events of this time become one data point. CloudWatch keeps no less than a minute apart."""
    settle_seconds: PositiveFloat = 5.0
    """How long the end of a run waits at most for calls of `api` that are under way."""
    connect_timeout: PositiveFloat = 3.0
    """Seconds to reach the host."""
    read_timeout: PositiveFloat = 10.0
    """Seconds between two pieces of an answer."""
    max_pool_connections: PositiveInt = 1
    """Connections kept open: one thread calls."""
    attempts: PositiveInt = 1
    """Times that one call is sent at most. One whose answer was lost may have counted: twice is too much."""
