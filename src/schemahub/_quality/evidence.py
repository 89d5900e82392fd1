"""What one stream's checkpoint and names say, gathered before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, failed
from schemahub._quality.raw_names import Listing
from schemahub.errors import ConfigError, IntegrityError
from schemahub.model import Ids

if TYPE_CHECKING:
    from schemahub.checkpoint import Checkpoint, CheckpointStore
    from schemahub.layout import StreamId
    from schemahub.raw_sink import RawSink
    from schemahub.spans import Span, SpanSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One stream's checkpoint and raw names; `faults` say what could not be read at all."""

    stream: StreamId
    checkpoint: Checkpoint | None
    listing: Listing
    faults: tuple[Check, ...] = ()

    @property
    def ids(self) -> Ids:
        """Return what the stream's ids are: by the checkpoint, and where there is none by the names."""
        return self.checkpoint.ids if self.checkpoint else self.listing.ids

    def edges(self, covered: SpanSet) -> list[Span]:
        """Return the spans that rows of sparse ids are counted in: raw's objects, and what is covered."""
        return [*(each.name.span for each in self.listing.objects), *covered]

    @property
    def trades(self) -> int:
        """Count the trades that raw holds; where sparse batches overlap, those that there are at least."""
        return self.listing.trades if self.ids is Ids.SPARSE else len(self.listing.positions)


def gather(raw: RawSink, checkpoints: CheckpointStore, stream: StreamId) -> Evidence:
    """Load the checkpoint, then list raw.

    In this order: what a runner stores meanwhile is in the listing and not in the checkpoint, never the
    other way round.
    """
    checkpoint, listing, faults = None, Listing(), []
    try:
        stored = checkpoints.load(stream)
        checkpoint = stored.checkpoint if stored else None
    except (ConfigError, IntegrityError) as error:
        faults.append(failed("checkpoint", str(error)))
    try:
        listing = Listing.of(raw.list(stream))
    except IntegrityError as error:
        faults.append(failed("names", str(error)))
    return Evidence(stream=stream, checkpoint=checkpoint, listing=listing, faults=tuple(faults))
