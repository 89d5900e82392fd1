"""What the names and the checkpoint of one stream prove, before the table is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemahub._quality.checkpoint_checks import check_checkpoint, missing_checkpoint
from schemahub._quality.condition import stream_calendar
from schemahub._quality.evidence import Evidence, gather
from schemahub._quality.gap_checks import check_gaps
from schemahub._quality.identity import Identity, identity_of
from schemahub._quality.raw_names import Listing, check_names
from schemahub.model import Ids
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Collection

    from schemahub._quality.checks import Check
    from schemahub._quality.source import Source
    from schemahub.layout import StreamId
    from schemahub.table import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One stream, its names judged: `identity` is what the table calls its rows.

    The evidence has no objects any more where nothing else looks at them: a lake has millions (R7).
    """

    evidence: Evidence
    identity: Identity
    batches: int
    overlaps: SpanSet
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What it takes to judge names; with `keep`, their objects are read afterwards."""

    source: Source
    snapshot: Snapshot
    known: Collection[Identity]
    keep: bool
    allow_confirmed: bool

    def judge(self, stream: StreamId) -> Named:
        """List a stream and check it; what cannot be read fails its own check, and the others go on."""
        evidence = gather(self.source.raw, self.source.checkpoints, stream)
        listing = evidence.listing
        named = identity_of(self.source.raw, stream, listing, self.source.transformer_for, self.known)
        checks = (*evidence.faults, *check_names(listing, evidence.ids), *self._index(evidence))
        is_done = not self.keep and evidence.ids is Ids.DENSE
        return Named(
            evidence=replace(evidence, listing=Listing(positions=listing.positions)) if is_done else evidence,
            identity=named,
            batches=len(listing.objects),
            overlaps=SpanSet.of(each.span for each in listing.overlaps()),
            checks=checks,
        )

    def _index(self, evidence: Evidence) -> list[Check]:
        checkpoint = evidence.checkpoint
        if checkpoint is None:
            return [] if evidence.faults else [missing_checkpoint(evidence.listing)]
        stored = evidence.listing.positions
        calendar = stream_calendar(self.source, checkpoint, self.snapshot, exact=False)
        return [
            *check_checkpoint(checkpoint, evidence.listing),
            *check_gaps(checkpoint, stored, calendar, allow_confirmed=self.allow_confirmed),
        ]
