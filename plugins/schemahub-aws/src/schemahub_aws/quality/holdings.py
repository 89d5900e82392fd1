"""How much there is of each product, and how old."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

from schemahub.layout import StreamId
from schemahub_aws.quality.report import Holding

if TYPE_CHECKING:
    from schemahub import Hub
    from schemahub.results import Result
    from schemahub.table import Snapshot

_US_PER_SECOND = 1_000_000


def holdings_of(hub: Hub, status: Result) -> tuple[Holding, ...]:
    """Read what `status` says, and from the manifest how old each product's newest row is."""
    snapshot = hub.lake.table.snapshot()
    newest = _newest_rows(snapshot)
    now = time.time()
    found = []
    for product in status.document()["products"]:
        stream = StreamId(**product["stream"])
        newest_us = newest.get((stream.exchange, stream.product))
        found.append(
            Holding(
                exchange=stream.exchange,
                product=stream.product,
                trades=product["covered"],
                rows=product["table_rows"],
                quarantined=snapshot.quarantined.get(stream, 0),
                # Of ids with holes nobody knows how many are missing: one, at least.
                missing=1 if product["gaps"] is None else product["gaps"],
                raw_files=product["raw_files"],
                raw_bytes=product["raw_bytes"],
                age_seconds=product["lag_seconds"],
                table_age_seconds=None if newest_us is None else now - newest_us / _US_PER_SECOND,
            )
        )
    return tuple(found)


def _newest_rows(snapshot: Snapshot) -> dict[tuple[str, str], int]:
    """Return the newest row's time by exchange and symbol; symbols that are no product's id are of no use."""
    newest: defaultdict[tuple[str, str], int] = defaultdict(int)
    for file in snapshot.files:
        for part in file.symbols:
            identity = (part.exchange.lower(), part.symbol)
            newest[identity] = max(newest[identity], part.greatest_us)
    return dict(newest)
