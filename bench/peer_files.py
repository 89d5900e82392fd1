"""What the peers of `transform` share: opening raw files, and writing sorted Parquet from arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Peer = Callable[[dict[str, list[str]], Path, Callable[[], None]], None]
    """Takes raw files by product and a folder to write to; calls the third when its imports are done."""

INGESTED = "2024-06-01T00:00:00Z"
INGESTED_US = 1_717_200_000_000_000
COLUMNS = ("exchange", "symbol", "trade_id", "side", "price", "quantity", "trade_ts", "ingest_ts")


def open_raw(file: str) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Open a raw file as plain JSONL."""
    import pyarrow as pa

    return pa.input_stream(file, compression="detect")


def save(rows: Any, product: str, out: Path) -> None:  # noqa: ANN401 - a frame
    """Write a pandas frame."""
    rows.to_parquet(out / f"{product}.parquet", compression="zstd", compression_level=3, index=False)


def write(product: str, out: Path, *columns: Any) -> None:  # noqa: ANN401 - numpy arrays
    """Drop repeated ids, sort by time, and write with the encodings that came out smallest."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    ids, buys, prices, sizes, times = columns
    order = np.argsort(ids, kind="stable")
    ascending = ids[order]
    order = order[np.concatenate(([True], ascending[1:] != ascending[:-1]))]
    if (np.diff(times[order]) < 0).any():
        order = order[np.argsort(times[order], kind="stable")]
    nothing, moment = np.zeros(len(order), np.int8), pa.timestamp("us", "UTC")

    def always(value: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
        return pa.DictionaryArray.from_arrays(pa.array(nothing), value)

    sides = pa.DictionaryArray.from_arrays(pa.array(buys[order].astype(np.int8)), pa.array(["SELL", "BUY"]))
    values = (
        always(pa.array(["COINBASE"])),
        always(pa.array([product])),
        pc.cast(pa.array(ids[order]), pa.string()),
        sides,
        pa.array(prices[order]),
        pa.array(sizes[order]),
        pa.array(times[order]).cast(moment),
        always(pa.array([INGESTED_US]).cast(moment)),
    )
    pq.write_table(
        pa.table(dict(zip(COLUMNS, values, strict=True))),
        out / f"{product}.parquet",
        compression="zstd",
        compression_level=3,
        store_schema=False,
        use_dictionary=["exchange", "symbol", "side", "ingest_ts"],
        column_encoding={"trade_id": "DELTA_BYTE_ARRAY"},
        row_group_size=1 << 20,
    )
