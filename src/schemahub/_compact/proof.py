"""What must be so before a day is switched, and before anything is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from schemahub._compact.fingerprint import fingerprint
from schemahub._lake.parquet_read import parquet_file, time_bounds
from schemahub._lake.parquet_roll import joined
from schemahub.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from schemahub._compact.fingerprint import Fingerprint
    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile, SymbolRange

_KEY = ("symbol", "trade_ts", "trade_id", "exchange")


def inputs_as_said(store: ObjectStore, trade_date: str, files: Sequence[DataFile]) -> Fingerprint:
    """Read a day's files whole; `IntegrityError` unless they hold as many rows as the manifest says."""
    found = fingerprint(store, [file.key for file in files])
    said = {(part.exchange, part.symbol): part.rows for part in _parts(files)}
    if said != dict(found.rows):
        msg = "the day's files do not hold what the manifest says, so they stay as they are"
        raise IntegrityError(
            msg, where=trade_date, expected=_rows(said), found=_rows(found.rows), hint="Run: schemahub verify"
        )
    return found


def check_outputs(
    store: ObjectStore,
    trade_date: str,
    before: Sequence[DataFile],
    rows: Fingerprint,
    made: Sequence[DataFile],
) -> None:
    """Refuse new files unless, as they are stored, they hold exactly these rows, and say so (R2, R6)."""
    for file in made:
        check_stored(store, file)
    differing = rows.differing(fingerprint(store, [file.key for file in made]))
    # An older version wrote no ids into the manifest: then there are none to compare.
    unknown = {(part.exchange, part.symbol) for part in _parts(before) if part.least_id is None}
    differing += [
        name
        for name, *_ in {_said(p, unknown) for p in _parts(before)}
        ^ {_said(p, unknown) for p in _parts(made)}
    ]
    if differing:
        msg = "rewriting the day would lose or change rows, so it stays as it is"
        names = ", ".join(sorted({f"{exchange} {symbol}" for exchange, symbol in differing}))
        raise IntegrityError(msg, where=trade_date, expected="the same rows", found=f"others of {names}")


def check_stored(store: ObjectStore, file: DataFile) -> None:
    """Compare a stored file's footer with what the manifest says, or is to say, of it."""
    with parquet_file(store, file.key) as opened:
        rows, found = opened.metadata.num_rows, time_bounds(opened)
    wanted = min(part.least_us for part in file.symbols), max(part.greatest_us for part in file.symbols)
    if rows != file.rows or found not in (wanted, None):
        msg = "a stored file is not what it should be"
        expected = f"{file.rows} rows, times {wanted}"
        raise IntegrityError(msg, where=file.key, expected=expected, found=f"{rows} rows, times {found}")


def check_once(trade_date: str, rows: pa.Table) -> None:
    """Refuse to make large files of rows that are there twice: that is not to be hidden.

    The rows are in the table's order, and a trade's time is its own, so it would stand beside itself.
    """
    same = [pc.equal(rows[name].combine_chunks()[1:], rows[name].combine_chunks()[:-1]) for name in _KEY]
    twice = same[0]
    for equal in same[1:]:
        twice = pc.and_(twice, equal)
    if doubled := pc.sum(twice).as_py():
        at = pc.index(twice, True).as_py()
        name = f"{rows['exchange'][at]} {rows['symbol'][at]} {rows['trade_id'][at]}"
        msg = f"{doubled} trades are in the table twice, the first is {name}"
        raise IntegrityError(msg, where=trade_date, hint="Run: schemahub verify")


def _parts(files: Sequence[DataFile]) -> tuple[SymbolRange, ...]:
    return joined(part for file in files for part in file.symbols)


def _said(part: SymbolRange, unknown: set[tuple[str, str]]) -> tuple[tuple[str, str], tuple[int | None, ...]]:
    name = part.exchange, part.symbol
    ids = (None, None) if name in unknown else (part.least_id, part.greatest_id)
    return name, (part.rows, part.least_us, part.greatest_us, *ids)


def _rows(counts: dict[tuple[str, str], int]) -> str:
    return ", ".join(f"{exchange} {symbol} {rows}" for (exchange, symbol), rows in sorted(counts.items()))
