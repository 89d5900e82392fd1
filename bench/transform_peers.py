"""One peer does the work of `transform` in a fresh process: raw JSONL to one Parquet file a product.

    python bench/transform_peers.py duckdb LAKE OUT

The work: the same eight columns, side inverted, each trade once, sorted by (trade_ts, id), zstd level 3.
It is less than ours: no partition by day, no check of positions, no quarantine, no manifest, `ingest_ts` a
constant. Each is written in the fastest form that we found. Prints how much CPU its imports took.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from peer_files import INGESTED, INGESTED_US, open_raw, save, write
from record_peers import ccxt, dlt

if TYPE_CHECKING:
    from collections.abc import Callable

    from peer_files import Peer


def duckdb_sql(sources: dict[str, list[str]], out: Path, started: Callable[[], None]) -> None:
    import duckdb

    started()
    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'; SET preserve_insertion_order=false")
    for product, files in sources.items():
        connection.execute(
            f"""COPY (SELECT 'COINBASE' AS exchange, '{product}' AS symbol, trade_id::VARCHAR AS trade_id,
                CASE WHEN side = 'sell' THEN 'BUY' ELSE 'SELL' END AS side, price, size AS quantity,
                "time" AS trade_ts, TIMESTAMPTZ '{INGESTED}' AS ingest_ts
              FROM (SELECT DISTINCT ON (trade_id) * FROM {_read_json(files)}) AS t
              ORDER BY trade_ts, t.trade_id)
              TO '{out}/{product}.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3)"""  # noqa: S608 - our own files
        )


def duckdb_arrow(sources: dict[str, list[str]], out: Path, started: Callable[[], None]) -> None:
    """Parse in DuckDB, sort in numpy, write by pyarrow: each does what it does best."""
    import duckdb
    import numpy as np
    import pyarrow.parquet  # noqa: F401 - its import is start-up

    started()
    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'; SET preserve_insertion_order=false")
    for product, files in sources.items():
        found = connection.execute(
            f"""SELECT trade_id, side = 'sell' AS buys, price, size, epoch_us("time") AS ts
                FROM {_read_json(files)}"""  # noqa: S608 - our own files
        ).fetchnumpy()
        columns = (np.asarray(found[name]) for name in ("trade_id", "buys", "price", "size", "ts"))
        write(product, out, *columns)


def polars(sources: dict[str, list[str]], out: Path, started: Callable[[], None]) -> None:
    import polars as pl

    started()
    schema = {"trade_id": pl.Int64, "side": pl.String, "size": pl.String, "price": pl.String}
    moment = pl.Datetime("us", "UTC")
    for product, files in sources.items():
        buys = pl.col("side") == "sell"
        rows = pl.scan_ndjson(files, schema={**schema, "time": pl.String}).select(
            pl.lit("COINBASE").alias("exchange"),
            pl.lit(product).alias("symbol"),
            pl.col("trade_id"),
            pl.when(buys).then(pl.lit("BUY")).otherwise(pl.lit("SELL")).alias("side"),
            pl.col("price").cast(pl.Float64),
            pl.col("size").cast(pl.Float64).alias("quantity"),
            pl.col("time")
            .str.strptime(pl.Datetime("us"), "%Y-%m-%dT%H:%M:%S%.fZ")
            .dt.replace_time_zone("UTC")
            .alias("trade_ts"),
            pl.lit(INGESTED_US).cast(moment).alias("ingest_ts"),
        )
        once = rows.unique(subset=["trade_id"], keep="any").sort("trade_ts", "trade_id")
        once.with_columns(pl.col("trade_id").cast(pl.String)).sink_parquet(
            out / f"{product}.parquet", compression="zstd", compression_level=3
        )


def pyarrow_json(sources: dict[str, list[str]], out: Path, started: Callable[[], None]) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.json as pj
    import pyarrow.parquet

    started()
    text, moment = pa.string(), pa.timestamp("us", "UTC")
    fields = [("trade_id", pa.int64()), ("side", text), ("size", text), ("price", text), ("time", moment)]
    parsing = pj.ParseOptions(explicit_schema=pa.schema(fields), unexpected_field_behavior="ignore")
    reading = pj.ReadOptions(use_threads=True, block_size=4 << 20)
    for product, files in sources.items():
        parts = []
        for file in files:
            found = pj.read_json(open_raw(file), read_options=reading, parse_options=parsing)
            prices, sizes = (pc.cast(found[name], pa.float64()) for name in ("price", "size"))
            times = found["time"].cast(pa.int64())
            columns = (found["trade_id"], pc.equal(found["side"], "sell"), prices, sizes, times)
            parts.append([column.to_numpy() for column in columns])
        write(product, out, *map(np.concatenate, zip(*parts, strict=True)))


def pandas(sources: dict[str, list[str]], out: Path, started: Callable[[], None]) -> None:
    import pandas as pd
    import pyarrow.parquet  # noqa: F401 - its import is start-up

    started()
    for product, files in sources.items():
        # Read as text and cast: read_json's own decimals are wrong in one of ten.
        parts = [pd.read_json(open_raw(file), lines=True, dtype=False) for file in files]
        raw = pd.concat(parts).drop_duplicates("trade_id")
        times = pd.to_datetime(raw["time"], format="ISO8601", utc=True)
        rows = pd.DataFrame(
            {
                "exchange": "COINBASE",
                "symbol": product,
                "number": raw["trade_id"],
                "trade_id": raw["trade_id"].astype(str),
                "side": raw["side"].map({"sell": "BUY", "buy": "SELL"}),
                "price": raw["price"].astype(float),
                "quantity": raw["size"].astype(float),
                "trade_ts": times.astype("datetime64[us, UTC]"),
                "ingest_ts": pd.Timestamp(INGESTED).as_unit("us"),
            }
        )
        save(rows.sort_values(["trade_ts", "number"]).drop(columns="number"), product, out)


PEERS: dict[str, Peer] = {
    "duckdb": duckdb_sql,
    "duckdb+numpy+pyarrow": duckdb_arrow,
    "polars": polars,
    "pyarrow.json": pyarrow_json,
    "pandas": pandas,
    "ccxt": ccxt,
    "dlt": dlt,
}


def _read_json(files: list[str]) -> str:
    names = ", ".join(f"'{file}'" for file in files)
    codec = {".zst": "zstd", ".gz": "gzip"}.get(Path(files[0]).suffix, "uncompressed")
    return f"""read_json([{names}], format='newline_delimited', compression='{codec}', columns={{
        trade_id: 'BIGINT', side: 'VARCHAR', size: 'DOUBLE', price: 'DOUBLE', time: 'TIMESTAMPTZ'}})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("lake", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True)
    folders = sorted((options.lake / "raw_coinbase_trades").iterdir())
    sources = {folder.name: sorted(map(str, folder.iterdir())) for folder in folders}
    start: list[float] = []
    PEERS[options.peer](sources, options.out, lambda: start.append(time.process_time()))
    print(json.dumps({"start_cpu": round(start[0], 3)}))


if __name__ == "__main__":
    main()
