"""One day's files written anew, into the generation that was claimed for it, and looked at again."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from schemahub._compact.merge import merged
from schemahub._compact.proof import check_once, check_outputs, inputs_as_said
from schemahub._lake.parquet_roll import RollingWriter, Written
from schemahub.layout import DataFileName
from schemahub.table import DataFile

if TYPE_CHECKING:
    from schemahub._compact.cost import Cost
    from schemahub._compact.job import CompactJob
    from schemahub._compact.plan import DayPlan
    from schemahub.table import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteUnit:
    """A day that was claimed: a value that some worker, here or elsewhere, makes files of."""

    version: int
    day: DayPlan
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A day's new files, which nobody sees before the switch; `cost` where a worker has its own meter."""

    files: tuple[DataFile, ...]
    seconds: float
    cost: Cost | None


def do_unit(job: CompactJob, unit: RewriteUnit) -> Rewritten:
    """Rewrite a claimed day."""
    began = job.clock.monotonic()
    files = rewrite(job, unit.version, unit.day, unit.claim)
    seconds = job.clock.monotonic() - began
    return Rewritten(files=files, seconds=seconds, cost=job.meter.cost() if job.meter else None)


def recipe(job: CompactJob) -> str:
    """Return a digest of all that outputs follow from besides the inputs."""
    return _digest(pa.__version__, job.files.model_dump())


def rewrite(job: CompactJob, version: int, day: DayPlan, claim: Claim) -> tuple[DataFile, ...]:
    """Write a day's rows into files of the claimed generation; none is visible yet.

    Whoever does this for the same claim writes the same files under the same names (R10). The inputs and
    the files as they are stored are read whole and compared: rows that are lost, doubled or changed are an
    `IntegrityError`, and nothing is switched then (R2, R6).
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

    rows = inputs_as_said(job.store, day.trade_date, day.files)
    # In the order of their names, as everybody has them: rows that sort alike stay in the order they come.
    files = sorted(day.files, key=lambda file: file.key)
    with RollingWriter(job.files, store) as writer:
        for piece in merged(job.store, files, job.settings.rows_in_memory):
            job.stop.check()
            check_once(day.trade_date, piece)
            writer.add(piece)
    check_outputs(job.store, day.trade_date, day.files, rows, made)
    return tuple(made)


def _put(job: CompactJob, name: DataFileName, written: Written) -> DataFile:
    key = str(name)
    size = written.size
    if not job.store.put_new(key, written.data):
        with job.store.open(key) as stream:
            size = stream.seek(0, io.SEEK_END)
    return DataFile(
        key=key, trade_date=name.trade_date, rows=written.rows, bytes=size, symbols=written.symbols
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
