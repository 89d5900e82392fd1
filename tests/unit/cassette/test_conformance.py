"""The suite over cassettes: a sound connector passes it, and each kind of mistake is found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from schemahub.testing import Cassette, CassetteConformance
from schemahub_coinbase import Coinbase, CoinbaseConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub import Connector, Page, Span, Steps

    Change = Callable[[Page], Page]


class TestCoinbase(CassetteConformance):
    @pytest.fixture
    def connector(self) -> Connector:
        return Coinbase(CoinbaseConfig())

    @pytest.fixture
    def cassette(self, recorded: Cassette) -> Cassette:
        return recorded


class Changed(Coinbase):
    """A connector with one mistake in its pages."""

    def __init__(self, change: Change) -> None:
        super().__init__(CoinbaseConfig())
        self._change = change

    def page(self, product: str, span: Span) -> Steps[Page]:
        return self._change((yield from super().page(product, span)))


def suite_of(
    connector: Connector, cassette: Cassette
) -> tuple[CassetteConformance, list[object], list[object]]:
    suite = CassetteConformance()
    played = [suite._play(call, connector, cassette) for call in cassette.calls]
    pages = [
        (each.call, each.value) for each in played if each.call.method == "page" and each.value.positions
    ]
    return suite, list(played), list(pages)


def turned(page: Page) -> Page:
    return replace(page, positions=page.positions[::-1])


def reprinted(page: Page) -> Page:
    return replace(page, lines=[line.replace(b'"', b' "') for line in page.lines])


def shifted(page: Page) -> Page:
    return replace(page, positions=[position + 1_000 for position in page.positions])


def holed(page: Page) -> Page:
    return replace(page, positions=page.positions[:1] + page.positions[2:], lines=page.lines[1:])


def late(page: Page) -> Page:
    return replace(page, first_time_ns=(page.first_time_ns or 0) // 1_000)


def mangled(page: Page) -> Page:
    return replace(page, lines=[b"[]" for _ in page.lines])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (turned, "test_positions_ascend"),
        (reprinted, "test_lines_are_the_exchanges_own_bytes"),
        (shifted, "test_nothing_is_outside_of_what_was_asked"),
        (holed, "test_dense_ids_are_consecutive"),
        (late, "test_times_are_plausible"),
        (mangled, "test_the_mapping_takes_every_line"),
    ],
)
def test_each_mistake_is_found(change: Change, rule: str, recorded: Cassette) -> None:
    suite, played, pages = suite_of(Changed(change), recorded)
    given = {"played": played, "pages": pages, "cassette": recorded, "connector": Changed(change)}
    check = getattr(suite, rule)
    wanted = [name for name in check.__code__.co_varnames[1 : check.__code__.co_argcount] if name in given]
    with pytest.raises(AssertionError):
        check(**{name: given[name] for name in wanted})


class OtherQuestions(Coinbase):
    page_limit = 999


def test_a_question_that_was_not_recorded_is_shown(recorded: Cassette) -> None:
    suite, played, _ = suite_of(OtherQuestions(CoinbaseConfig()), recorded)
    with pytest.raises(AssertionError, match="the cassette has no such request"):
        suite.test_every_call_ends_as_it_did(played)  # type: ignore[arg-type]  # a list of what was played
