"""Spans behave as sets of integers do, and equal sets are equal values."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from schemahub.spans import Span, SpanSet, span_set

POSITIONS = st.sets(st.integers(0, 60))


def of(positions: set[int]) -> SpanSet:
    return SpanSet.of_positions(sorted(positions))


def members(spans: SpanSet) -> set[int]:
    return {position for span in spans for position in range(span.first, span.last + 1)}


@given(POSITIONS, POSITIONS)
def test_set_algebra(a: set[int], b: set[int]) -> None:
    assert of(a) | of(b) == of(a | b)
    assert of(a) - of(b) == of(a - b)
    assert of(a) & of(b) == of(a & b)
    assert of(a).covers(of(b)) == (b <= a)


@given(POSITIONS)
def test_a_set_is_its_members(a: set[int]) -> None:
    spans = of(a)
    assert members(spans) == a
    assert len(spans) == len(a)
    assert bool(spans) == bool(a)
    assert all((position in spans) == (position in a) for position in range(-1, 62))
    assert SpanSet.from_pairs(spans.pairs()) == spans


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9))))
def test_overlapping_and_touching_spans_merge(pairs: list[tuple[int, int]]) -> None:
    spans = SpanSet.of(Span(first, first + more) for first, more in pairs)
    assert members(spans) == {first + i for first, more in pairs for i in range(more + 1)}
    assert all(a.last + 1 < b.first for a, b in zip(spans.spans, spans.spans[1:], strict=False))


@given(POSITIONS)
def test_the_interior_is_what_lies_between(a: set[int]) -> None:
    inside = set(range(min(a), max(a) + 1)) - a if a else set()
    assert members(of(a).interior()) == inside


@given(st.integers(0, 500), st.integers(0, 300), st.integers(1, 50))
def test_pieces_are_cut_at_multiples(first: int, more: int, size: int) -> None:
    pieces = list(Span(first, first + more).cut(size))
    assert [piece.first for piece in pieces[1:]] == [piece.last + 1 for piece in pieces[:-1]]
    assert (pieces[0].first, pieces[-1].last) == (first, first + more)
    assert len({piece.first // size for piece in pieces}) == len(pieces)
    assert all(piece.first // size == piece.last // size for piece in pieces)


def test_a_span_runs_forward() -> None:
    with pytest.raises(ValueError, match="first 2 is above last 1"):
        Span(2, 1)


def test_they_print_for_people() -> None:
    assert str(span_set(Span(1, 5), None, Span(8, 8))) == "1..5, 8"
    assert str(SpanSet()) == "nothing"
