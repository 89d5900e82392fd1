"""What a runner learns from the lake before it asks the exchange for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.checkpoint import Checkpoint, Watermark
from schemahub.errors import IntegrityError
from schemahub.layout import RawName
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from schemahub.checkpoint import Plan
    from schemahub.layout import StreamId
    from schemahub.model import Ids
    from schemahub.raw_sink import RawSink


def stored_of_plan(raw: RawSink, stream: StreamId, plan: Plan) -> SpanSet:
    """Return the positions of a plan that are in raw, whoever put them there.

    All batches of a plan carry its creation time, so one short listing from there finds them. Clocks
    that jump do no harm: other plans' batches are in `covered` already.
    """
    names = (found.name for found in raw.list(stream, since_us=plan.created_us))
    return SpanSet.of(name.span for name in names if name.created_us == plan.created_us)


def check_belongs(raw: RawSink, checkpoint: Checkpoint) -> None:
    """Refuse a checkpoint whose newest batch is not in this lake.

    A batch is stored before the checkpoint says so. Where it is missing, the checkpoint was copied from
    another lake, or raw was deleted; either way, going on would leave a hole behind the watermark.
    """
    if checkpoint.newest is None:
        return
    name = RawName.parse(checkpoint.newest)
    if any(str(found.name) == checkpoint.newest for found in raw.list(checkpoint.stream, name.created_us)):
        return
    msg = "the checkpoint tells of a batch that is not in this lake"
    raise IntegrityError(
        msg,
        where=checkpoint.stream.checkpoint_key,
        expected=f"{checkpoint.stream.raw_prefix}{checkpoint.newest}",
        found="no such object",
        hint="Was the checkpoint copied from another lake, or raw data deleted? "
        "Without the checkpoint file, the next run rebuilds it from what raw really holds",
    )


def rebuilt(raw: RawSink, stream: StreamId, ids: Ids) -> Checkpoint:
    """Return the checkpoint that the names in raw prove; an empty one if there are none.

    Positions between batches that no name covers were gaps, or were never asked for: the names cannot
    tell. They become requested ranges, which `verify` reports and `backfill --fill-gaps` reads.
    """
    names = [found.name for found in raw.list(stream)]
    covered = SpanSet.of(name.span for name in names)
    bounds = covered.bounds()
    if bounds is None:
        return Checkpoint(stream=stream, ids=ids)
    return Checkpoint(
        stream=stream,
        ids=ids,
        covered=covered,
        watermark=Watermark(position=bounds.last, time_ns=None),
        requested=covered.interior(),
        newest=str(max(names, key=str)),
    )
