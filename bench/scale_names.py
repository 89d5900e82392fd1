"""Ask a lake of very many raw objects one thing, and print what that cost. Run by `scale.py`.

    python bench/scale_names.py status --products 100 --objects 10_000

The objects exist as names alone (`generated_names.py`); checkpoints and the table's manifest, in memory,
say that all of them were read. `listing` is the generated listing by itself, which is in all the others.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from counted import counted
from generated_names import BATCH, GeneratedNames, created_us, streams_of
from spent import spent

from schemahub.checkpoint import Checkpoint, Watermark
from schemahub.layout import RAW_ROOT
from schemahub.spans import Span, SpanSet
from schemahub.table import Snapshot
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.hub import Hub
    from schemahub.layout import StreamId

NEW = 5
"""Trades of each product that the exchange has and the lake has not."""
COMMANDS = ("listing", "status", "verify", "plan", "transform", "ingest", "rebuild")


def ask(command: str, products: int, objects: int) -> dict[str, object]:
    streams, last = streams_of(products), objects * BATCH
    specs = [
        ProductSpec(id=stream.product, trades=2 * NEW, first_id=last - NEW + 1, history_seconds=60)
        for stream in streams
    ]
    exchange = SimulatedCoinbase(specs, knobs=Knobs(requests_per_second=0, max_age_seconds=0))
    with SimulatorServer(exchange) as server:
        overrides = {
            "connectors.coinbase.base_url": server.url,
            "connectors.coinbase.requests_per_second": 1e4,
            "connectors.coinbase.burst": 1e4,
            "connectors.coinbase.settle_seconds": 0,
            "runs.record": False,
        }
        hub, counts = counted(
            "memory://scale", overrides, lambda store: GeneratedNames(store, streams, objects)
        )
        if command != "rebuild":
            fill(hub, streams, objects)
        if command == "transform":
            known = dict.fromkeys(streams, SpanSet((Span(1, last),)))
            newest = dict.fromkeys(streams, created_us(objects - 1))
            hub.lake.table.commit(Snapshot(), Snapshot(covered=known, newest_us=newest))
        work = works(hub, [stream.product for stream in streams])[command]
        counts.clear()
        asked = Counter(exchange.requests)
        _, cost = spent(work)
        asked = exchange.requests - asked
    return {
        "command": command,
        "names": products * objects,
        "products": products,
        **asdict(cost),
        "requests": dict(counts),
        "pages asked": asked.total(),
    }


def fill(hub: Hub, streams: list[StreamId], objects: int) -> None:
    """Save the checkpoints that fetching all of it would have left."""
    last, newest_us = objects * BATCH, created_us(objects - 1)
    newest = GeneratedNames(hub.lake.store, [], objects).name(objects - 1)
    for stream in streams:
        checkpoint = Checkpoint(
            stream=stream,
            covered=SpanSet((Span(1, last),)),
            watermark=Watermark(position=last, time_ns=newest_us * 1_000),
            newest=newest,
        )
        hub.lake.checkpoints.save(checkpoint, None)


def works(hub: Hub, products: list[str]) -> dict[str, Callable[[], object]]:
    def listing() -> int:
        return sum(1 for _ in hub.lake.store.list(RAW_ROOT))

    def ingest() -> object:
        result = hub.ingest(exchange="coinbase", products=products)
        assert result.complete, str(result)
        return result

    def transform() -> object:
        result = hub.transform()
        assert result.complete, str(result)
        return result

    return {
        "listing": listing,
        "status": hub.status,
        "verify": hub.verify,
        # Of a table that has nothing yet.
        "plan": lambda: hub.transform(dry_run=True),
        "transform": transform,
        "ingest": ingest,
        # Of a lake that has lost its checkpoints.
        "rebuild": ingest,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--products", type=int, default=100)
    parser.add_argument("--objects", type=int, default=1_000, help="of each product")
    options = parser.parse_args()
    print(json.dumps(ask(options.command, options.products, options.objects)))


if __name__ == "__main__":
    main()
