"""Load and commit an Iceberg table of so many files, and print what that cost. Run by `iceberg.py`.

    python bench/scale_iceberg.py --files 10_000 --symbols 4

The files are lines alone, a hundred a day, as those of `scale_manifest.py`; what Iceberg says of each column
is that of one real file. Bytes are those of read and write calls (Linux), the catalog among them.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import json
import re
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow.parquet as pq
from generated_names import streams_of
from iceberg import opened, rows
from pyiceberg.io.pyarrow import parquet_file_to_data_file
from pyiceberg.typedef import Record
from scale_manifest import ROWS, data_file
from scripts import work_folder

from schemahub.layout import DataFileName, us
from schemahub.spans import Span, SpanSet
from schemahub_iceberg import committing

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyiceberg.manifest import DataFile

    from schemahub.table import Snapshot

T = TypeVar("T")
_EPOCH = date(1970, 1, 1)
_COMMITS = 10
"""Commits that the files come in."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds of CPU, and bytes read and written."""

    cpu: float
    read: int
    written: int


def measure(folder: Path, files: int, symbols: int) -> dict[str, Any]:
    """Commit so many files, load them in a table object that has not seen them, add one, and switch a day."""
    describe(folder)
    begin = opened(folder / "lake")
    state = begin.snapshot()
    streams = streams_of(symbols)
    covered = dict.fromkeys(streams, SpanSet((Span(1, files * ROWS // symbols),)))
    newest = dict.fromkeys(streams, us(1_700_000_000 * 10**9))
    made = tuple(data_file(number, symbols) for number in range(files))
    for part in range(1, _COMMITS + 1):
        some = made[: files * part // _COMMITS]
        state = begin.commit(state, dataclasses.replace(state, files=some, covered=covered, newest_us=newest))
    del begin, state, made
    table = opened(folder / "lake")
    loaded, loading = cost(table.snapshot)
    one_more = (*loaded.files, data_file(files, symbols))
    added, adding = cost(lambda: table.commit(loaded, dataclasses.replace(loaded, files=one_more)))
    _, switching = cost(lambda: table.commit(added, switched(added)))
    steps = {"load": loading, "commit": adding, "switch": switching}
    costs = {
        f"{step}_{name}": each
        for step, one in steps.items()
        for name, each in dataclasses.asdict(one).items()
    }
    return {"files": files, "symbols": symbols, **costs}


def switched(state: Snapshot) -> Snapshot:
    """Replace the last whole day's files by one, as a compaction does."""
    day = state.files[-2].trade_date
    of_day = [file for file in state.files if file.trade_date == day]
    name = dataclasses.replace(DataFileName.parse(of_day[0].key), generation=2)
    packed = dataclasses.replace(of_day[0], key=str(name))
    left = tuple(file for file in state.files if file.trade_date != day)
    return dataclasses.replace(state, files=(*left, packed), generations={day: 2})


def cost(work: Callable[[], T]) -> tuple[T, Cost]:
    """Do the work, and return what it gave and cost."""
    read, written = transferred()
    began = time.process_time()
    found = work()
    cpu = time.process_time() - began
    now_read, now_written = transferred()
    return found, Cost(cpu=cpu, read=now_read - read, written=now_written - written)


def transferred() -> tuple[int, int]:
    """Return the bytes that this process has read and written until now."""
    text = Path("/proc/self/io").read_text(encoding="utf-8")
    found = dict(re.findall(r"(\w+): (\d+)", text))
    return int(found["rchar"]), int(found["wchar"])


def describe(folder: Path) -> None:
    """Let what Iceberg is told of a file be that of one real file, but for its name and day."""
    real = folder / "real.parquet"
    pq.write_table(rows(0, 10_000), real)
    described: list[DataFile] = []

    def copied(io: Any, metadata: Any, url: str) -> DataFile:  # noqa: ANN401 - PyIceberg's
        if not described:
            described.append(parquet_file_to_data_file(io, metadata, str(real)))
        made = copy.copy(described[0])
        made._data = list(described[0]._data)  # noqa: SLF001 - it has no other way to be copied
        day = date.fromisoformat(DataFileName.parse(url[url.index("unified_trades/") :]).trade_date)
        made._data[1], made._data[3] = url, Record((day - _EPOCH).days)  # noqa: SLF001
        return made

    committing.parquet_file_to_data_file = copied


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--symbols", type=int, default=4, help="in each file")
    options = parser.parse_args()
    with work_folder(None) as folder:
        print(json.dumps(measure(folder, options.files, options.symbols)))


if __name__ == "__main__":
    main()
