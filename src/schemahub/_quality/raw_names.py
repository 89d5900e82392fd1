"""What the names of a stream's raw objects prove, without opening one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, counted, failed, ok, ranges, warning
from schemahub._quality.clusters import clusters
from schemahub.model import Ids
from schemahub.spans import Span, SpanSet, span_set

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub.raw_sink import RawObject

_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two objects that both hold `span`."""

    span: Span
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A stream's raw objects in order of their positions, and the positions that their names promise."""

    objects: tuple[RawObject, ...] = ()
    positions: SpanSet = field(default_factory=SpanSet)

    @classmethod
    def of(cls, objects: Iterable[RawObject]) -> Listing:
        """Take a listing in any order."""
        found = tuple(sorted(objects, key=_place))
        return cls(objects=found, positions=SpanSet.of(each.name.span for each in found))

    @property
    def ids(self) -> Ids:
        """Return what the ids seem to be: a batch of consecutive ones has a trade at every position."""
        short = any(each.name.count < len(each.name.span) for each in self.objects)
        return Ids.SPARSE if short else Ids.DENSE

    @property
    def trades(self) -> int:
        """Count the trades by the names' counts; where batches overlap, those that there are at least."""
        return sum(cluster.least for cluster in clusters(self.objects))

    def overlaps(self) -> list[Overlap]:
        """Return, for each object that starts inside an earlier one, what the two share."""
        found: list[Overlap] = []
        reach: RawObject | None = None
        for each in self.objects:
            shared = reach.name.span.clip(each.name.span) if reach else None
            if reach and shared:
                found.append(Overlap(span=shared, one=str(reach.name), other=str(each.name)))
            if reach is None or each.name.last > reach.name.last:
                reach = each
        return found


def _place(each: RawObject) -> tuple[int, int, int, str]:
    # As their keys sort where positions are the same, without printing millions of keys.
    name = each.name
    return name.first, name.last, name.created_us, name.uuid


def check_names(listing: Listing, ids: Ids) -> list[Check]:
    """Check that each name promises as many trades as its ids allow, and no two the same ones."""
    rule = _sparse_rule if ids is Ids.SPARSE else _dense_rule
    return [rule(listing), _no_overlap(listing.overlaps())]


def _sparse_rule(listing: Listing) -> Check:
    wrong = [each for each in listing.objects if each.name.count > len(each.name.span)]
    if wrong:
        evidence = f"{counted(len(wrong), 'name')} with more trades than positions: {wrong[0].key}"
        return failed("names", evidence)
    found = f"{counted(len(listing.objects), 'batch')} with {counted(listing.trades, 'trade')}"
    chains = counted(len(listing.positions.spans), "chain")
    return ok("names", f"{found} in {chains}: each batch begins where another of its chain ends")


def _dense_rule(listing: Listing) -> Check:
    wrong = [each for each in listing.objects if len(each.name.span) != each.name.count]
    if wrong:
        evidence = f"{counted(len(wrong), 'name')} with another count than positions: {wrong[0].key}"
        return failed("names", evidence, "This stream's ids are consecutive.")
    found = f"{counted(len(listing.objects), 'batch')} with {counted(len(listing.positions), 'position')}"
    return ok("names", f"{found}: in every name last - first + 1 is the count")


def _no_overlap(overlaps: list[Overlap]) -> Check:
    if not overlaps:
        return ok("overlaps", "no position is in two batches")
    shared = span_set(*(each.span for each in overlaps))
    pairs = "; ".join(f"{each.span} in {each.one} and {each.other}" for each in overlaps[:_SHOWN])
    hint = "Unlocked runners can see a hole before and after it heals; the table takes each trade once."
    return warning("overlaps", f"{ranges(shared)} stored twice: {pairs}", hint)
