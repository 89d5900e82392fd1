"""Measure how raw trades could be stored: size, and CPU to write and to read them.

    python bench/raw_format.py --objects 5

JSONL in each compression, read as `schemahub.codec` reads it, against Parquet. Reading JSONL ends with its
bytes, reading Parquet with columns. What lies between, parsing, is counted in neither: who writes Parquet
pays for it before, who reads JSONL after. Parquet does not give the exchange's bytes back.
"""

from __future__ import annotations

import argparse
import io
import time
import zlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj
import pyarrow.parquet as pq
from lake_data import Spec
from lake_lines import lines
from report import median, note, ratio, save, table
from trades import PRODUCTS

from schemahub.codec import compressor, decompressed

if TYPE_CHECKING:
    from collections.abc import Callable

    from report import Cell

TEXT = pa.string()
FIELDS = pa.schema([(name, TEXT) for name in ("trade_id", "side", "size", "price", "time")])
TYPED = pa.schema([("trade_id", pa.int64()), *((name, TEXT) for name in FIELDS.names[1:])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to store a batch; what `write` gets is made ready by `prepare`, which is not measured."""

    name: str
    write: Callable[[Any], bytes]
    read: Callable[[bytes], object]
    prepare: Callable[[bytes], Any] = bytes


def _jsonl(name: str, write: Callable[[bytes], bytes], codec: str) -> Format:
    return Format(name=name, write=write, read=lambda data: decompressed(codec, io.BytesIO(data)).read())


def _ours(codec: str) -> Callable[[bytes], bytes]:
    def write(data: bytes) -> bytes:
        packer = compressor(codec)
        return packer.compress(data) + packer.flush()

    return write


def _zstd(level: int) -> Callable[[bytes], bytes]:
    packing = pa.Codec("zstd", compression_level=level)
    return lambda data: bytes(packing.compress(data, asbytes=True))


def _gzip(level: int) -> Callable[[bytes], bytes]:
    def write(data: bytes) -> bytes:
        packer = zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        return packer.compress(data) + packer.flush()

    return write


def _as_text(data: bytes) -> pa.Table:
    return _as_typed(data).cast(FIELDS)


def _as_typed(data: bytes) -> pa.Table:
    found = pj.read_json(io.BytesIO(data), parse_options=pj.ParseOptions(explicit_schema=TYPED))
    return found.combine_chunks()


def _as_lines(data: bytes) -> pa.Table:
    return pa.table({"line": pc.split_pattern(pa.array([data.decode()]), "\n").flatten()})


def _write_parquet(rows: pa.Table) -> bytes:
    sink = io.BytesIO()
    plain = [name for name in rows.column_names if name != "side"]
    pq.write_table(
        rows,
        sink,
        compression="zstd",
        compression_level=3,
        use_dictionary=[name for name in rows.column_names if name not in plain],
    )
    return sink.getvalue()


def _read_parquet(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data), use_threads=False)


FORMATS = (
    _jsonl("JSONL", bytes, "none"),
    _jsonl("JSONL, gzip 1", _gzip(1), "gz"),
    _jsonl("JSONL, gzip 6 (codec: gz)", _ours("gz"), "gz"),
    _jsonl("JSONL, zstd 1 (codec: zst, the default)", _ours("zst"), "zst"),
    _jsonl("JSONL, zstd 3", _zstd(3), "zst"),
    _jsonl("JSONL, zstd 9", _zstd(9), "zst"),
    Format(
        name="Parquet, a column of lines, zstd 3", write=_write_parquet, read=_read_parquet, prepare=_as_lines
    ),
    Format(
        name="Parquet, fields as text, zstd 3", write=_write_parquet, read=_read_parquet, prepare=_as_text
    ),
    Format(
        name="Parquet, ids as integers, zstd 3", write=_write_parquet, read=_read_parquet, prepare=_as_typed
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One format in one round, over all objects."""

    format: str
    number: int
    rows: int
    bytes: int
    write_cpu: float
    read_cpu: float


def measure(objects: list[bytes], rows: int, rounds: int) -> list[Run]:
    """Write and read all objects in each format; formats take turns."""
    prepared = {each.name: [each.prepare(data) for data in objects] for each in FORMATS}
    runs = []
    for number in range(rounds):
        for each in FORMATS:
            written, write_cpu = _timed(each.write, prepared[each.name])
            read, read_cpu = _timed(each.read, written)
            if any(
                isinstance(found, bytes) and found != data for found, data in zip(read, objects, strict=True)
            ):
                msg = f"{each.name} does not give back what was written"
                raise SystemExit(msg)
            size = sum(map(len, written))
            runs.append(
                Run(
                    format=each.name,
                    number=number,
                    rows=rows,
                    bytes=size,
                    write_cpu=write_cpu,
                    read_cpu=read_cpu,
                )
            )
            note(f"round {number + 1}, {each.name}: {size / rows:.2f} B")
    return runs


def _timed(work: Callable[[Any], Any], given: list[Any]) -> tuple[list[Any], float]:
    began = time.process_time()
    found = [work(each) for each in given]
    return found, time.process_time() - began


def show(runs: list[Run]) -> str:
    rows: list[tuple[Cell, ...]] = []
    for each in FORMATS:
        mine = [run for run in runs if run.format == each.name]
        million = mine[0].rows / 1e6
        rows.append(
            (
                each.name,
                mine[0].bytes / mine[0].rows,
                ratio(runs[0].bytes, mine[0].bytes),
                median(run.write_cpu for run in mine) / million,
                median(run.read_cpu for run in mine) / million,
            )
        )
    columns = ("", "B/trade", "x smaller than JSONL", "write, CPU s per million", "read, CPU s per million")
    return table(columns, rows, f"{runs[0].rows:,} raw trades")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=5)
    parser.add_argument("--object-lines", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", help="where to write every run")
    options = parser.parse_args()
    spec = Spec(object_lines=options.object_lines)
    products = [PRODUCTS[number % len(PRODUCTS)] for number in range(options.objects)]
    objects = [lines(spec.part(product, number)) for number, product in enumerate(products)]
    runs = measure(objects, sum(data.count(b"\n") for data in objects), options.rounds)
    save("raw_format", {"runs": [asdict(run) for run in runs]}, options.json)
    print(show(runs))


if __name__ == "__main__":
    main()
