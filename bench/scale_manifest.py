"""Load and commit the manifest of a table of so many files, and print what that cost. Run by `scale.py`.

    python bench/scale_manifest.py --files 10_000 --symbols 4

The files are lines of the manifest alone, a hundred a day, each with `symbols` symbols.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from datetime import UTC, datetime, timedelta

from generated_names import streams_of
from spent import spent

import schemahub
from schemahub.layout import DataFileName, manifest_key, us
from schemahub.spans import Span, SpanSet
from schemahub.table import DataFile, Snapshot, SymbolRange

FILES_A_DAY = 100
BEGIN = datetime(2016, 1, 1, tzinfo=UTC)
DAY_US = 86_400_000_000
ROWS = 1_000_000


def measure(files: int, symbols: int) -> dict[str, float]:
    """Commit a whole manifest, load it in a table object that has not seen it, and add one file to it."""
    hub = schemahub.open("memory://manifest", progress=False)
    store = hub.lake.store
    base = Snapshot()
    streams = streams_of(symbols)
    made = Snapshot(
        files=tuple(data_file(number, symbols) for number in range(files)),
        covered=dict.fromkeys(streams, SpanSet((Span(1, files * ROWS // symbols),))),
        newest_us=dict.fromkeys(streams, us(1_700_000_000 * 10**9)),
    )
    base = hub.lake.table.commit(base, made)
    size = len(store.get(manifest_key(1)).data)
    del made, base
    fresh = hub.lake.table.over(store)
    loaded, loading = spent(fresh.snapshot)
    after = dataclasses.replace(loaded, files=(*loaded.files, data_file(files, symbols)))
    _, committing = spent(lambda: fresh.commit(loaded, after))
    return {
        "files": files,
        "symbols": symbols,
        "bytes": size,
        "load_cpu": loading.cpu,
        "commit_cpu": committing.cpu,
    }


def data_file(number: int, symbols: int) -> DataFile:
    """Return the line of one file, with numbers as long as real ones."""
    day, slot = divmod(number, FILES_A_DAY)
    moment = BEGIN + timedelta(days=day)
    least_us = int(moment.timestamp()) * 1_000_000 + slot * (DAY_US // FILES_A_DAY)
    name = DataFileName(
        version=1,
        trade_date=f"{moment:%Y-%m-%d}",
        generation=1,
        least_us=least_us,
        batch=f"{number:016x}",
    )
    share = ROWS // symbols
    ranges = tuple(
        SymbolRange(
            exchange="COINBASE",
            symbol=stream.product,
            rows=share,
            least_us=least_us,
            greatest_us=least_us + DAY_US // FILES_A_DAY - 1,
            least_id=600_000_000 + number * share,
            greatest_id=600_000_000 + (number + 1) * share - 1,
        )
        for stream in streams_of(symbols)
    )
    return DataFile(key=str(name), trade_date=name.trade_date, rows=ROWS, bytes=9_500_000, symbols=ranges)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--symbols", type=int, default=4, help="in each file")
    options = parser.parse_args()
    print(json.dumps(measure(options.files, options.symbols)))


if __name__ == "__main__":
    main()
