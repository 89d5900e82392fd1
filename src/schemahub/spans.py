"""Ranges of positions, and the set algebra that completeness is proved with."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """An inclusive range of positions, `first..last`; never empty."""

    first: int
    last: int

    def __post_init__(self) -> None:
        """Refuse an empty or reversed range."""
        if self.first > self.last:
            msg = f"a span runs forward: first {self.first} is above last {self.last}"
            raise ValueError(msg)

    def __len__(self) -> int:
        """Count the positions."""
        return self.last - self.first + 1

    def __contains__(self, position: int) -> bool:
        """Tell whether `position` lies inside."""
        return self.first <= position <= self.last

    def __str__(self) -> str:
        """Print as `first..last`, or the one position."""
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    def clip(self, other: Span) -> Span | None:
        """Return the part shared with `other`, or None."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Span(first, last) if first <= last else None

    def cut(self, size: int) -> Iterator[Span]:
        """Cut at multiples of `size`, so that every runner cuts the same pieces."""
        first = self.first
        while first <= self.last:
            last = min(self.last, first - first % size + size - 1)
            yield Span(first, last)
            first = last + 1


@dataclass(frozen=True, slots=True)
class SpanSet:
    """A set of positions as sorted, disjoint spans that do not touch (so equal sets are equal values)."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Self:
        """Build from spans in any order; overlapping and touching ones are merged."""
        merged: list[Span] = []
        for span in sorted(spans):
            if merged and span.first <= merged[-1].last + 1:
                if span.last > merged[-1].last:
                    merged[-1] = Span(merged[-1].first, span.last)
            else:
                merged.append(span)
        return cls(tuple(merged))

    @classmethod
    def of_positions(cls, positions: Iterable[int]) -> Self:
        """Build from positions in ascending order; equal neighbours count once."""
        spans: list[Span] = []
        first = last = None
        for position in positions:
            if first is None or last is None:
                first = last = position
            elif position <= last + 1:
                last = position
            else:
                spans.append(Span(first, last))
                first = last = position
        if first is not None and last is not None:
            spans.append(Span(first, last))
        return cls(tuple(spans))

    @classmethod
    def from_pairs(cls, pairs: Iterable[Sequence[int]]) -> Self:
        """Read what `pairs` wrote."""
        return cls.of(Span(first, last) for first, last in pairs)

    def pairs(self) -> list[list[int]]:
        """Return `[[first, last], ...]`, the JSON form."""
        return [[span.first, span.last] for span in self.spans]

    def __iter__(self) -> Iterator[Span]:
        """Iterate over the spans, ascending."""
        return iter(self.spans)

    def __bool__(self) -> bool:
        """Tell whether any position is in the set."""
        return bool(self.spans)

    def __len__(self) -> int:
        """Count the positions (not the spans)."""
        return sum(len(span) for span in self.spans)

    def __contains__(self, position: int) -> bool:
        """Tell whether `position` is in the set."""
        at = bisect_right(self.spans, position, key=lambda span: span.first) - 1
        return at >= 0 and position <= self.spans[at].last

    def __str__(self) -> str:
        """Print as `1..5, 8`."""
        return ", ".join(map(str, self.spans)) or "nothing"

    def __or__(self, other: SpanSet) -> SpanSet:
        """Return the union."""
        return SpanSet.of((*self.spans, *other.spans))

    def __sub__(self, other: SpanSet) -> SpanSet:
        """Return what is here and not in `other`."""
        left: list[Span] = []
        holes = iter(other.spans)
        hole = next(holes, None)
        for span in self.spans:
            first = span.first
            while hole is not None and hole.last < first:
                hole = next(holes, None)
            while hole is not None and hole.first <= span.last:
                if hole.first > first:
                    left.append(Span(first, hole.first - 1))
                first = hole.last + 1
                if hole.last > span.last:
                    break
                hole = next(holes, None)
            if first <= span.last:
                left.append(Span(first, span.last))
        return SpanSet(tuple(left))

    def __and__(self, other: SpanSet) -> SpanSet:
        """Return what is in both."""
        return self - (self - other)

    def covers(self, other: SpanSet) -> bool:
        """Tell whether every position of `other` is here."""
        return not (other - self)

    def bounds(self) -> Span | None:
        """Return the least span that holds all, or None."""
        return Span(self.spans[0].first, self.spans[-1].last) if self.spans else None

    def interior(self) -> SpanSet:
        """Return the positions between the first and the last that are missing."""
        bounds = self.bounds()
        return SpanSet((bounds,)) - self if bounds else SpanSet()


def span_set(*spans: Span | None) -> SpanSet:
    """Build a set from a few spans; None stands for nothing."""
    return SpanSet.of(span for span in spans if span is not None)
