"""Whether the table holds each trade of a stream of sparse ids exactly once (R2).

Which ids there should be no name tells, only how many: so rows are counted, object by object. Where objects
overlap they are counted together, and only `verify --deep` sees which are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, counted, failed, note, ok, ranges
from schemahub._quality.clusters import clusters
from schemahub._quality.table_checks import REBUILD, check_once, check_origin
from schemahub.spans import SpanSet, span_set

if TYPE_CHECKING:
    from schemahub._quality.quarantine import Quarantine
    from schemahub._quality.raw_names import Listing
    from schemahub._quality.row_tally import SparseRows


def check_sparse_rows(covered: SpanSet, quarantined: int, listing: Listing, rows: SparseRows) -> list[Check]:
    """Compare a stream's rows with what the table covers, and with the counts in raw's names."""
    return [
        *check_origin(covered, listing.positions),
        check_once(rows),
        _counted(covered, quarantined, listing, rows),
    ]


def check_sparse_quarantine(held: Quarantine, covered: SpanSet, listing: Listing, rows: SparseRows) -> Check:
    """Check that what an object has more than the table has rows of it lies in quarantine (R2)."""
    if held.faults:
        return failed("quarantine", "; ".join(held.faults[:3]))
    short, lines, needed = [], 0, 0
    for cluster in clusters(listing.objects):
        whole, found = cluster.within(covered), rows.within(span_set(cluster.span))
        if whole is None:
            continue
        lines += held.of(cluster.objects)
        needed += max(0, whole.least - found)
        if found + held.of(cluster.objects) < whole.least:
            short.append(cluster.span)
    if short:
        evidence = f"fewer rows and lines in quarantine than trades: {ranges(SpanSet.of(short))}"
        return failed("quarantine", evidence, REBUILD)
    if lines > needed:
        evidence = f"{counted(lines - needed, 'line')} of earlier runs, or of trades that two batches have"
        return note("quarantine", evidence)
    return ok("quarantine", f"{counted(lines, 'line')} are the trades without a row")


def _counted(covered: SpanSet, quarantined: int, listing: Listing, rows: SparseRows) -> Check:
    stray = rows.rows - rows.within(covered)
    if stray:
        return failed("rows", f"{counted(stray, 'row')} of positions that the table does not cover", REBUILD)
    found = list(clusters(listing.objects))
    over = [each.span for each in found if rows.within(span_set(each.span)) > each.most]
    if over:
        return failed("rows", f"more rows than raw has trades: {ranges(SpanSet.of(over))}", REBUILD)
    least = sum(whole.least for each in found if (whole := each.within(covered)))
    most = sum(each.most for each in found if SpanSet((each.span,)) & covered)
    evidence = f"{counted(rows.rows, 'row')} and {quarantined:,} in quarantine"
    trades = counted(least, "trade") if least == most else f"{least:,} to {most:,} trades"
    if not least <= rows.rows + quarantined <= most:
        return failed("rows", f"{evidence}, but {trades} in raw", REBUILD)
    told = note if quarantined else ok
    return told("rows", f"{evidence} are the {trades} that raw counts")
