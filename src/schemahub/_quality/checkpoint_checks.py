"""Whether the checkpoint and the names in raw tell the same story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, failed, note, ok, ranges, warning
from schemahub.spans import span_set

if TYPE_CHECKING:
    from schemahub._quality.raw_names import Listing
    from schemahub.checkpoint import Checkpoint

_FILL = "Run: schemahub backfill --fill-gaps"
_REBUILD = "Restore the objects; or delete the checkpoint, and the next ingest rebuilds it from raw"


def missing_checkpoint(listing: Listing) -> Check:
    """Say that raw is there and its index is not."""
    holes = listing.positions.interior()
    unsure = f"; whether {ranges(holes)} between batches were ever asked for is unknown" if holes else ""
    return failed("checkpoint", f"the checkpoint is missing{unsure}", "The next ingest rebuilds it from raw.")


def check_checkpoint(checkpoint: Checkpoint, listing: Listing) -> list[Check]:
    """Compare a checkpoint that was loaded before raw was listed."""
    return [
        _newest(checkpoint, listing),
        _stored(checkpoint, listing),
        _known(checkpoint, listing),
        _watermark(checkpoint),
        _requested(checkpoint),
        _never_asked(checkpoint, listing),
    ]


def _newest(checkpoint: Checkpoint, listing: Listing) -> Check:
    newest = checkpoint.newest
    if newest is None or any(str(each.name) == newest for each in listing.objects):
        return ok("checkpoint", "the batch it names as its newest is in this lake")
    evidence = f"its newest batch {newest} is not in this lake: the checkpoint seems to be another lake's"
    return failed("checkpoint", evidence, _REBUILD)


def _stored(checkpoint: Checkpoint, listing: Listing) -> Check:
    lost = checkpoint.covered - listing.positions
    if lost:
        return failed("stored", f"covered, and in no raw object: {ranges(lost)}", _REBUILD)
    return ok("stored", "every covered position is in the name of a raw object")


def _known(checkpoint: Checkpoint, listing: Listing) -> Check:
    """Look for objects that the checkpoint has not heard of.

    A crash between a put and the save leaves such, of the live plan or of a gap's repair: the next run
    adopts them.
    """
    unknown = listing.positions - checkpoint.accounted
    strange = unknown - span_set(checkpoint.plan.span if checkpoint.plan else None)
    if strange:
        evidence = f"in raw, and unknown to the checkpoint: {ranges(strange)}"
        return warning("known", evidence, "Nothing is lost, but a later backfill may store them again.")
    if unknown:
        return note(
            "known", f"stored and not yet in the checkpoint: {ranges(unknown)}: the next run adopts them"
        )
    return ok("known", "the checkpoint knows every object")


def _watermark(checkpoint: Checkpoint) -> Check:
    mark = checkpoint.watermark
    if mark is None:
        return ok("watermark", "live ingestion has not begun")
    if mark.position not in checkpoint.accounted:
        evidence = f"{mark.position} is neither covered nor a recorded gap"
        return failed("watermark", evidence, _REBUILD)
    return ok("watermark", f"{mark.position} is accounted for")


def _requested(checkpoint: Checkpoint) -> Check:
    open_requests = checkpoint.requested - checkpoint.accounted
    if open_requests:
        return failed("requested", f"incomplete backfill: {ranges(open_requests)} are still to fetch", _FILL)
    return ok("requested", "all that was asked for is covered or a recorded gap")


def _never_asked(checkpoint: Checkpoint, listing: Listing) -> Check:
    plan = span_set(checkpoint.plan.span if checkpoint.plan else None)
    known = checkpoint.accounted | listing.positions
    holes = known.interior() - checkpoint.requested - plan
    if holes:
        return note(
            "never asked for", f"between what is covered: {ranges(holes)}", "A backfill would fetch them."
        )
    return ok("never asked for", "no such positions between the first and the last")
