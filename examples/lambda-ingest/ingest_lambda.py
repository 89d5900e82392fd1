"""`ingest`, then `transform`, as a Lambda: nothing in them needs a server.

Handler: `ingest_lambda.handler`. The variables are those of a container (docs/AWS.md). The event may name
`exchange` and `products`; without them the lake's seed and the settings say what is collected.
"""

from __future__ import annotations

import os
from typing import Any

import schemahub

RESERVE_SECONDS = 60.0
"""What is kept of the function's time, for saving and for the transform."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own
    """Collect for as long as the function may run; the next call goes on from there."""
    hub = schemahub.open(os.environ.get("SCHEMAHUB_LAKE") or f"s3://{os.environ['S3_BUCKET']}/schemahub")
    seconds = context.get_remaining_time_in_millis() / 1_000
    ingested = hub.ingest(
        exchange=event.get("exchange"),
        products=event.get("products"),
        # As `--max-minutes`: a stop that loses nothing, which being cut off would not either.
        max_minutes=max(seconds - RESERVE_SECONDS, seconds / 2) / 60,
    )
    transformed = hub.transform()
    return {
        "complete": ingested.complete and transformed.complete,
        "ingest": ingested.headline(),
        "transform": transformed.headline(),
    }
