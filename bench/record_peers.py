"""Peers of `transform` that hold one object a trade, as most collectors do: ccxt and dlt.

They are twenty times slower than engines, so they get fewer trades.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from peer_files import COLUMNS, INGESTED, open_raw, save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAGE = 1000


def ccxt(sources: dict[str, list[str]], out: Path, started: Callable[[], None]) -> None:
    """Parse page by page as its `fetch_trades` does; it keeps milliseconds only."""
    import ccxt
    import pandas as pd
    import pyarrow.parquet  # noqa: F401 - its import is start-up

    exchange = ccxt.coinbaseexchange()
    started()
    names = ("id", "side", "price", "amount", "timestamp")
    for product, files in sources.items():
        base, quote = product.split("-")
        market = {"id": product, "symbol": f"{base}/{quote}", "base": base, "quote": quote, "type": "spot"}
        rows = pd.concat(
            pd.DataFrame([[trade[name] for name in names] for trade in exchange.parse_trades(page, market)])
            for page in _pages(files)
        )
        rows.columns = pd.Index(["trade_id", "side", "price", "quantity", "trade_ts"])
        rows = rows.drop_duplicates("trade_id")
        rows["side"] = rows["side"].str.upper()
        rows["number"] = rows["trade_id"].astype("int64")
        times = pd.to_datetime(rows["trade_ts"], unit="ms", utc=True)
        rows["trade_ts"] = times.astype("datetime64[us, UTC]")
        rows["exchange"], rows["symbol"] = "COINBASE", product
        rows["ingest_ts"] = pd.Timestamp(INGESTED).as_unit("us")
        save(rows.sort_values(["trade_ts", "number"])[list(COLUMNS)], product, out)


def dlt(sources: dict[str, list[str]], out: Path, started: Callable[[], None]) -> None:
    """Load into Parquet on a local disk. Its file destination cannot merge: the generator drops what is
    there twice, and nothing is sorted."""
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
    import dlt
    from dlt.destinations import filesystem

    started()
    moment, double = {"data_type": "timestamp"}, {"data_type": "double"}
    types: Any = {"trade_ts": moment, "ingest_ts": moment, "price": double, "quantity": double}

    @dlt.resource(name="trades", write_disposition="append", columns=types)
    def trades() -> Iterator[list[dict[str, Any]]]:
        for product, files in sources.items():
            seen: set[int] = set()
            for page in _pages(files):
                fresh = [raw for raw in page if raw["trade_id"] not in seen]
                seen.update(raw["trade_id"] for raw in fresh)
                yield [_row(product, raw) for raw in fresh]

    pipeline = dlt.pipeline(
        "bench",
        destination=filesystem(bucket_url=f"file://{out.absolute()}"),
        dataset_name="lake",
        pipelines_dir=str(out.absolute() / "state"),
    )
    pipeline.run(trades(), loader_file_format="parquet")


def _row(product: str, raw: dict[str, Any]) -> dict[str, Any]:
    from datetime import datetime

    return {
        "exchange": "COINBASE",
        "symbol": product,
        "trade_id": str(raw["trade_id"]),
        "side": "BUY" if raw["side"] == "sell" else "SELL",
        "price": float(raw["price"]),
        "quantity": float(raw["size"]),
        "trade_ts": datetime.fromisoformat(raw["time"]),
        "ingest_ts": INGESTED,
    }


def _pages(files: list[str]) -> Iterator[list[Any]]:
    """Yield pages as an exchange would serve them, parsed by the fastest parser that is installed."""
    import orjson

    for file in files:
        lines = open_raw(file).read().splitlines()
        for at in range(0, len(lines), PAGE):
            yield [orjson.loads(line) for line in lines[at : at + PAGE]]
