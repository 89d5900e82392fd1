"""Two products, collected by Dagster: a partition for each product and each of three days that are over.

`hub.yaml` makes it a simulated exchange, whose trades end now. Of the real one a project writes down the day
that its history begins with, and no end: Dagster then adds each new day by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from schemahub_dagster import Executor, Lake, definitions

HERE = Path(__file__).parent
TODAY = datetime.now(UTC).date()

defs = definitions(
    products=["BTC-USD", "ETH-USD"],
    start=f"{TODAY - timedelta(days=4)}",
    end=f"{TODAY - timedelta(days=1)}",
    lake=Lake(
        url=str(HERE / "lake"),
        config=str(HERE / "hub.yaml"),
        executor=Executor(name="threads", workers=2),
    ),
)
