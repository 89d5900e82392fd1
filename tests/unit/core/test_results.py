"""Results print, serialise and show in a notebook."""

from __future__ import annotations

import json
from dataclasses import dataclass

from schemahub.layout import StreamId
from schemahub.results import Grid, Result
from schemahub.spans import Span, SpanSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Result):
    """A result with one of everything."""

    spans: SpanSet
    stream: StreamId

    @property
    def complete(self) -> bool:
        return False

    def headline(self) -> str:
        return "1 < 2"

    def grids(self) -> tuple[Grid, ...]:
        rows = (("a<b", 1234567, 0.5, None, True), ("c", 2, 12.25, "x", False))
        return (Grid(title="T", columns=("name", "n", "f", "o", "yes"), rows=rows),)


RESULT = Made(spans=SpanSet((Span(1, 5),)), stream=StreamId("coinbase", "BTC-USD"))


def test_text_is_aligned_numbers_to_the_right() -> None:
    assert str(RESULT).splitlines() == [
        "1 < 2",
        "",
        "T",
        "name          n      f  o  yes",
        "----  ---------  -----  -  ---",
        "a<b   1,234,567    0.5     yes",
        "c             2  12.25  x   no",
    ]


def test_html_is_escaped() -> None:
    page = RESULT._repr_html_()
    assert "1 &lt; 2" in page
    assert "a&lt;b" in page
    assert "<b<" not in page


def test_the_document_is_plain_json() -> None:
    document = json.loads(json.dumps(RESULT.document()))
    assert document == {
        "complete": False,
        "headline": "1 < 2",
        "spans": [[1, 5]],
        "stream": {"exchange": "coinbase", "product": "BTC-USD", "stream": "trades"},
    }
