"""Results print, serialise and show in a notebook."""

from __future__ import annotations

import json
from dataclasses import dataclass

from schemahub.layout import StreamId
from schemahub.results import Grid, Result, html_of
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
    assert page.startswith("<p>✘ ")


def test_ipython_shows_tables_and_never_the_fields() -> None:
    assert RESULT._repr_mimebundle_() == {"text/plain": str(RESULT), "text/html": RESULT._repr_html_()}


def test_html_takes_its_colours_from_the_page_and_aligns_numbers() -> None:
    page = RESULT._repr_html_()
    assert '<td class="number">1,234,567</td>' in page
    assert "<td>yes</td>" in page
    assert "color:" not in page
    assert "background" not in page


def test_html_has_no_tables_of_nothing_and_no_empty_captions() -> None:
    assert "<caption>" not in html_of(Grid(title="", columns=("a",), rows=((1,),)))
    assert "<table>" not in Empty()._repr_html_()


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty(Result):
    """A result with a table of nothing."""

    @property
    def complete(self) -> bool:
        return True

    def headline(self) -> str:
        return "nothing"

    def grids(self) -> tuple[Grid, ...]:
        return (Grid(title="T", columns=("a",), rows=()),)


def test_the_document_is_plain_json() -> None:
    document = json.loads(json.dumps(RESULT.document()))
    assert document == {
        "complete": False,
        "headline": "1 < 2",
        "spans": [[1, 5]],
        "stream": {"exchange": "coinbase", "product": "BTC-USD", "stream": "trades"},
    }
