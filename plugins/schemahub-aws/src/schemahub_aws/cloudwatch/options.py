"""What can be set under `observers.cloudwatch`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat

from schemahub.settings import Section


class CloudWatchOptions(Section):
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
