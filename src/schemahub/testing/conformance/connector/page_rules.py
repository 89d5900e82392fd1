"""What pages hold: the exchange's own bytes, all of them, where they belong."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from schemahub._page_parts import times_of
from schemahub.model import Ids, Page, Paging
from schemahub.spans import Span
from schemahub.testing.conformance.connector.base import ConnectorBase
from schemahub.testing.conformance.connector.mutations import scalars
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from schemahub.connector import Connector
    from schemahub.testing.conformance.connector.base import Sample
    from schemahub.testing.conformance.connector.reading import Tape
    from schemahub.testing.conformance.connector.talking import Talk
    from schemahub.testing.fake_clock import FakeClock
    from schemahub.testing.simulator import SimulatedExchange

_SECOND = 1_000_000_000


class PageRules(ConnectorBase):
    """CT-CON-14, 16 to 19, 25 to 27."""

    @rule("CT-CON-14")
    def test_lines_are_the_exchanges_own_bytes(self, connector: Connector, sample: Sample) -> None:
        bodies = b"\n".join(response.body for response in sample.responses)
        assert sample.page.lines, "expected a page with trades from the middle of the history"
        for position, line in zip(sample.page.positions, sample.page.lines, strict=True):
            assert isinstance(line, bytes), f"a line: expected bytes, found {type(line).__name__}"
            assert line in bodies, f"a line: expected bytes of the body, found {line[:120]!r}"
            if connector.ids is not Ids.OPAQUE:
                shown = str(position) in scalars(line)
                assert shown, f"position {position}: expected its id in the line, found {line[:120]!r}"

    @rule("CT-CON-16")
    def test_positions_ascend_with_lines_and_times(self, connector: Connector, tape: Tape) -> None:
        for page in tape.pages:
            _check_columns(page, needs_times=connector.paging is not Paging.BY_POSITION)
        for a, b in pairwise(tape.positions):
            assert a < b, f"positions across pages: expected ascending, found {b} after {a}"

    @rule("CT-CON-17")
    @pytest.mark.usefixtures("dense")
    def test_dense_ids_are_consecutive(self, tape: Tape) -> None:
        holes = [(a, b) for a, b in pairwise(tape.positions) if b != a + 1]
        assert holes == [], f"dense ids: expected each one above the one before, found {holes[:3]}"

    @rule("CT-CON-18")
    def test_pages_hold_every_trade_once(self, tape: Tape, exchange: SimulatedExchange, product: str) -> None:
        expected, found = exchange.lines(product), list(tape.lines)
        missing = [line for line in expected if line not in set(found)]
        assert not missing, f"expected {len(expected)} trades, found {len(found)}; missing {missing[:2]}"
        assert found == expected, f"expected {len(expected)} trades in order, found {len(found)}, or others"

    @rule("CT-CON-19")
    @pytest.mark.usefixtures("by_position")
    def test_nothing_but_what_was_asked_for(
        self,
        connector: Connector,
        talk: Talk,
        tape: Tape,
        exchange: SimulatedExchange,
        product: str,
    ) -> None:
        positions = list(tape.positions)
        middle, last = len(positions) // 2, positions[-1]
        removed = set(positions[middle + 2 : middle + 5])
        exchange.log(product).remove(removed)
        spans = [
            Span(positions[middle], positions[middle + 7]),
            Span(positions[middle + 2], positions[middle + 4]),
            Span(positions[middle + 6], positions[middle + 6]),
            Span(positions[0], positions[min(connector.page_limit, middle) - 1]),
            Span(last - 1, last + 7),
            Span(last + 1, last + 5),
        ]
        for span in spans:
            expected = [at for at in positions if at in span and at not in removed]
            found = list(talk.tell(connector.page(product, span)).positions)
            assert found == expected, f"page({span}): expected {expected[:9]}, found {found[:9]}"

    @rule("CT-CON-25")
    def test_the_head_moves_on(
        self,
        connector: Connector,
        talk: Talk,
        exchange: SimulatedExchange,
        product: str,
        clock: FakeClock,
    ) -> None:
        head = talk.tell(connector.head(product))
        newest = exchange.ids(product)[-1]
        found = head.positions[-1] if head.positions else None
        assert found == newest, f"head: expected the newest trade, {newest}, at its end, found {found}"
        assert len(head.positions) == len(head.times_ns), "head: expected a time for each position"
        assert list(head.positions) == sorted(set(head.positions)), "head: expected positions to ascend"
        clock.advance(60)
        exchange.advance(3, product)
        moved = talk.tell(connector.head(product))
        newer = [position for position in moved.positions if position > head.positions[-1]]
        assert len(newer) == 3, f"three trades later: expected 3 newer positions, found {newer}"
        assert moved.times_ns[-1] >= head.times_ns[-1], "three trades later: expected a later time"

    @rule("CT-CON-26")
    def test_the_head_of_nothing_is_empty(
        self,
        connector: Connector,
        talk: Talk,
        exchange: SimulatedExchange,
    ) -> None:
        untraded = next((each for each in exchange.products if not exchange.lines(each)), None)
        if untraded is None:
            pytest.skip("the simulated exchange has no product without trades: add one with trades=0")
        found = list(talk.tell(connector.head(untraded)).positions)
        assert found == [], f"head of {untraded}, which never traded: expected nothing, found {found}"

    @rule("CT-CON-27")
    def test_locate_minds_ties(self, connector: Connector, talk: Talk, tape: Tape, product: str) -> None:
        if connector.paging is not Paging.BY_POSITION:
            pytest.skip("what is not asked by position begins at a token or a window")
        within = Span(tape.positions[0], tape.positions[-1])
        known = [(page, times_of(page)) for page in tape.pages]
        for page, times in known[:2]:
            for time_ns in (times[0], times[-1], times[-1] + 1):
                found = talk.tell(connector.locate(product, time_ns, within))
                _check_located(talk, product, found, time_ns, within)
            assert page.positions, "expected pages with trades"


def _check_located(talk: Talk, product: str, found: int, time_ns: int, within: Span) -> None:
    """See for oneself: the trade found is not older, the one before it is."""
    if found <= within.last:
        there = talk.tell(talk.connector.page(product, Span(found, found)))
        assert (there.first_time_ns or 0) >= time_ns, f"locate({time_ns}): position {found} is older"
    if found > within.first:
        before = talk.tell(talk.connector.page(product, Span(found - 1, found - 1)))
        late = before.first_time_ns is not None and before.first_time_ns >= time_ns
        assert not late, f"locate({time_ns}): expected {found - 1} or less, found {found}"


def _check_columns(page: Page, *, needs_times: bool) -> None:
    positions, count = list(page.positions), len(page.positions)
    assert len(page.lines) == count, f"lines: expected {count}, found {len(page.lines)}"
    assert positions == sorted(set(positions)), (
        f"positions: expected strictly ascending, found {positions[:9]}"
    )
    assert all(type(at) is int for at in positions), "positions: expected ints"
    if not positions:
        return
    for time_ns in (page.first_time_ns, page.last_time_ns):
        assert type(time_ns) is int, f"times: expected int nanoseconds, found {time_ns!r}"
        plausible = 1_000_000_000 * _SECOND < time_ns < 10_000_000_000 * _SECOND
        assert plausible, f"times: expected nanoseconds since the epoch, found {time_ns}"
    assert (page.first_time_ns or 0) <= (page.last_time_ns or 0), "times: expected the first before the last"
    if needs_times:
        assert page.times_ns is not None, "times_ns: expected the time of each trade"
    if page.times_ns is not None:
        assert len(page.times_ns) == count, f"times_ns: expected {count}, found {len(page.times_ns)}"
        assert page.times_ns[0] == page.first_time_ns, "times_ns: expected to begin with first_time_ns"
