"""Whether the table holds each trade of raw exactly once (R2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, counted, failed, note, ok, ranges

if TYPE_CHECKING:
    from schemahub._quality.row_tally import DenseRows, RowTally
    from schemahub._quality.table_scan import TableScan
    from schemahub.spans import SpanSet

_SHOWN = 3
REBUILD = "Run: schemahub transform --full"


def check_files(scan: TableScan) -> Check:
    """Check the files against the manifest."""
    if not scan.faults:
        found = f"{counted(scan.files, 'file')} there, with the rows, symbols and days that the manifest says"
        return ok("files", found)
    more = f"; and {len(scan.faults) - _SHOWN:,} more" if len(scan.faults) > _SHOWN else ""
    return failed("files", "; ".join(scan.faults[:_SHOWN]) + more, REBUILD)


def check_order(scan: TableScan) -> Check:
    """Check that each file is sorted by (symbol, trade_ts, trade_id), as readers that skip parts expect."""
    if not scan.unordered:
        return ok("order", "each file is sorted by symbol, time and id")
    more = f" and {len(scan.unordered) - _SHOWN:,} more" if len(scan.unordered) > _SHOWN else ""
    return failed("order", f"not sorted: {', '.join(scan.unordered[:_SHOWN])}{more}", REBUILD)


def check_rows(covered: SpanSet, quarantined: int, stored: SpanSet, rows: DenseRows) -> list[Check]:
    """Compare a stream's rows with what the table covers (`covered`) and with raw (`stored`)."""
    return [*check_origin(covered, stored), check_once(rows), _counted(covered, quarantined, rows)]


def check_origin(covered: SpanSet, stored: SpanSet) -> list[Check]:
    """Compare what the table covers with what raw has."""
    return [_transformed(covered, stored), _from_raw(covered, stored)]


def check_once(rows: RowTally) -> Check:
    """Check that no id is there twice."""
    if rows.twice:
        return failed("once", f"ids that the table has twice: {ranges(rows.twice)}", REBUILD)
    return ok("once", f"{counted(rows.rows, 'row')} with as many different ids")


def _transformed(covered: SpanSet, stored: SpanSet) -> Check:
    waiting = stored - covered
    if waiting:
        return failed("transformed", f"not yet in the table: {ranges(waiting)}", "Run: schemahub transform")
    return ok("transformed", "the table covers all of raw")


def _from_raw(covered: SpanSet, stored: SpanSet) -> Check:
    orphans = covered - stored
    if orphans:
        return failed("from raw", f"in the table, and in no raw object: {ranges(orphans)}")
    return ok("from raw", "raw has every position that the table covers")


def _counted(covered: SpanSet, quarantined: int, rows: DenseRows) -> Check:
    """Compare ids one by one: a lost row cannot hide behind a stray one."""
    stray = rows.ids - covered
    if stray or rows.strange:
        odd = f"; {counted(rows.strange, 'id')} that are no integers" if rows.strange else ""
        found = ranges(stray) if stray else "none"
        return failed("rows", f"rows of positions that the table does not cover: {found}{odd}", REBUILD)
    without = covered - rows.ids
    if len(without) != quarantined:
        evidence = f"{counted(quarantined, 'trade')} in quarantine, but no rows for {ranges(without)}"
        if not without:
            evidence = f"{counted(quarantined, 'trade')} in quarantine, but rows for all that is covered"
        return failed("rows", evidence, REBUILD)
    told = note if quarantined else ok
    found = f"{counted(rows.rows, 'row')} and {quarantined:,} in quarantine"
    return told("rows", f"{found} are the {counted(len(covered), 'position')} that the table covers")
