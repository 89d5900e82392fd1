"""How many trades raw holds where ids are sparse: by the counts in the names, as far as they tell."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub.raw_sink import RawObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Objects that overlap, each another one of them; mostly there is one alone.

    Which of their trades are the same no name tells: together they hold `least` to `most` different ones.
    """

    objects: tuple[RawObject, ...]

    @property
    def span(self) -> Span:
        """Return the positions that they cover."""
        return Span(self.objects[0].name.first, max(each.name.last for each in self.objects))

    @property
    def least(self) -> int:
        """Count the trades of such objects as share no position, chosen so that it comes to most."""
        names = sorted((each.name for each in self.objects), key=lambda name: name.last)
        lasts, best = [name.last for name in names], [0]
        for name in names:
            before = best[bisect_left(lasts, name.first)]
            best.append(max(best[-1], before + name.count))
        return best[-1]

    @property
    def most(self) -> int:
        """Count the trades of all, as if none were the same."""
        return sum(each.name.count for each in self.objects)

    def within(self, covered: SpanSet) -> Cluster | None:
        """Return the objects all of whose positions are in `covered`; None if there are none."""
        kept = tuple(each for each in self.objects if covered.covers(SpanSet((each.name.span,))))
        return Cluster(objects=kept) if kept else None


def clusters(objects: Sequence[RawObject]) -> Iterator[Cluster]:
    """Return a stream's objects, which come in order of their positions, cluster by cluster."""
    found: list[RawObject] = []
    reach = -1
    for each in objects:
        if found and each.name.first > reach:
            yield Cluster(objects=tuple(found))
            found = []
        found.append(each)
        reach = max(reach, each.name.last)
    if found:
        yield Cluster(objects=tuple(found))
