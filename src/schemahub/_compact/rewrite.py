"""One day's files written anew, into the generation that was claimed for it, and looked at again."""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._compact.merge import merged
from schemahub._lake.parquet_read import parquet_file
from schemahub._lake.parquet_roll import RollingWriter, Written, joined
from schemahub.errors import IntegrityError
from schemahub.layout import DataFileName
from schemahub.table import DataFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow.parquet as pq

    from schemahub._compact.job import CompactJob
    from schemahub._compact.plan import DayPlan
    from schemahub.table import Claim, SymbolRange


def recipe(job: CompactJob) -> str:
    """Return a digest of all that outputs follow from besides the inputs."""
    return _digest(pa.__version__, job.files.model_dump())


def rewrite(job: CompactJob, version: int, day: DayPlan, claim: Claim) -> tuple[DataFile, ...]:
    """Write a day's rows into files of the claimed generation; none is visible yet.

    Whoever does this for the same claim writes the same files under the same names (R10). Rows that the
    inputs have not all, or not once, are an `IntegrityError`: nothing is switched then (R2, R6).
    """
    batch = _digest(claim.inputs, claim.recipe)
    made: list[DataFile] = []

    def store(written: Written) -> None:
        name = DataFileName(
            version=version,
            trade_date=day.trade_date,
            generation=claim.generation,
            least_us=min(part.least_us for part in written.symbols),
            batch=f"{batch}_{len(made)}",
        )
        made.append(_put(job, name, written))

    with RollingWriter(job.files, store) as writer:
        for rows in merged(job.store, day.files, job.settings.rows_in_memory):
            job.stop.check()
            _check_once(day, rows)
            writer.add(rows)
    _check_all(day, made)
    for file in made:
        check_stored(job, file)
    return tuple(made)


def check_stored(job: CompactJob, file: DataFile) -> None:
    """Compare a stored file's footer with what the manifest says, or is to say, of it."""
    with parquet_file(job.store, file.key) as opened:
        rows = opened.metadata.num_rows
        found = _bounds(opened.metadata)
    wanted = min(part.least_us for part in file.symbols), max(part.greatest_us for part in file.symbols)
    if rows != file.rows or found != wanted:
        msg = "a stored file is not what it should be"
        expected = f"{file.rows} rows from {wanted[0]} to {wanted[1]}"
        raise IntegrityError(
            msg, where=file.key, expected=expected, found=f"{rows} from {found[0]} to {found[1]}"
        )


def _bounds(metadata: pq.FileMetaData) -> tuple[int, int]:
    column = metadata.schema.names.index("trade_ts")
    statistics = [
        metadata.row_group(group).column(column).statistics for group in range(metadata.num_row_groups)
    ]
    micros = pa.timestamp("us", tz="UTC")
    bounds = [
        pa.scalar(value, micros).cast(pa.int64()).as_py()
        for each in statistics
        for value in (each.min, each.max)
    ]
    return min(bounds), max(bounds)


def _put(job: CompactJob, name: DataFileName, written: Written) -> DataFile:
    key = str(name)
    size = written.size
    if not job.store.put_new(key, written.data):
        with job.store.open(key) as stream:
            size = stream.seek(0, io.SEEK_END)
    return DataFile(
        key=key, trade_date=name.trade_date, rows=written.rows, bytes=size, symbols=written.symbols
    )


def _check_once(day: DayPlan, rows: pa.Table) -> None:
    """Refuse to make large files of rows that are there twice: that is not to be hidden."""
    for exchange in pc.unique(rows["exchange"]).to_pylist():
        ids = rows.filter(pc.equal(rows["exchange"], exchange))["trade_id"]
        doubled = len(ids) - pc.count_distinct(ids).as_py()
        if doubled:
            symbol = rows["symbol"][0].as_py()
            msg = f"{doubled} trades of {exchange} {symbol} are in the table twice"
            raise IntegrityError(msg, where=day.trade_date, hint="Run: schemahub verify")


def _check_all(day: DayPlan, made: Sequence[DataFile]) -> None:
    before = joined(part for file in day.files for part in file.symbols)
    after = joined(part for file in made for part in file.symbols)
    # An older version wrote no ids into the manifest: then there are none to compare.
    unknown = {(part.exchange, part.symbol) for part in before if part.least_id is None}
    lost = {_said(part, unknown) for part in before} ^ {_said(part, unknown) for part in after}
    if lost:
        msg = "rewriting a day would lose or change rows, so it stays as it is"
        raise IntegrityError(msg, where=day.trade_date, expected=str(before), found=str(after))


def _said(part: SymbolRange, unknown: set[tuple[str, str]]) -> tuple[object, ...]:
    said = part.exchange, part.symbol, part.rows, part.least_us, part.greatest_us
    return said if said[:2] in unknown else (*said, part.least_id, part.greatest_id)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
