"""Run the commands over very many products at once, and print what each cost. Run by `scale.py`.

    python bench/scale_products.py URL LAKE --products 100 --workers 100 --threads 1

What is listed, read and put is counted at the store; leases are not, they live elsewhere on AWS.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from counted import counted
from generated_names import streams_of
from spent import spent

from schemahub.layout import CHECKPOINT_ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def commands(lake: str, url: str, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Fetch, fetch again where nothing is new, and all that follows."""
    overrides = {
        "connectors.coinbase.base_url": url,
        "connectors.coinbase.requests_per_second": 1e4,
        "connectors.coinbase.burst": 1e4,
        "connectors.coinbase.settle_seconds": 0,
        "runs.record": False,
    }
    hub, counts = counted(lake, overrides)
    products = [stream.product for stream in streams_of(options.products)]

    def ingest() -> object:
        return hub.ingest(
            exchange="coinbase",
            products=products,
            since="48h",
            workers=options.workers,
            chunk_concurrency=options.threads,
        )

    todo: list[tuple[str, Callable[[], Any]]] = [
        ("ingest", ingest),
        ("ingest, nothing new", ingest),
        ("transform", hub.transform),
        ("transform, nothing new", hub.transform),
        ("verify", hub.verify),
        ("status", hub.status),
    ]
    for name, work in todo:
        counts.clear()
        result, cost = spent(work)
        assert result.complete, str(result)
        requests = dict(counts)
        saved = [info.size for info in hub.lake.store.list(CHECKPOINT_ROOT)]
        yield {
            "command": name,
            **asdict(cost),
            "requests": requests,
            "checkpoints": len(saved),
            "largest_checkpoint": max(saved),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("lake")
    parser.add_argument("--products", type=int, default=100)
    parser.add_argument("--workers", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1, help="pages of a product at once")
    options = parser.parse_args()
    print(json.dumps(list(commands(options.lake, options.url, options))))


if __name__ == "__main__":
    main()
