"""What a connector makes of what its exchange really said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from schemahub._clock import Stop
from schemahub._http.client import HttpClient
from schemahub._page_parts import times_of
from schemahub._plugins import installed, load, mapping_text
from schemahub.errors import PermanentError
from schemahub.events import silent
from schemahub.layout import StreamId
from schemahub.model import Head, Ids, Page, Paging, Product
from schemahub.spans import Span
from schemahub.testing.fake_clock import FakeClock
from schemahub.testing.rules import rule
from schemahub.times import iso_to_ns
from schemahub.transformer import RawLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.connector import Connector
    from schemahub.testing.cassette import Call, Cassette

_FIRST_EXCHANGE_NS = 1_230_768_000 * 10**9
"""2009: before that there was nothing to trade."""
_DAY_NS = 86_400 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A call of the cassette made anew: what it returned, or the name of its error."""

    call: Call
    value: Any
    outcome: str
    error: str = ""


class CassetteConformance:
    """Subclass it and give the fixtures `connector` and `cassette`.

    Each call of the cassette is made again, through the core's own client, and answered from it.
    """

    @pytest.fixture
    def connector(self) -> Connector:
        """Return the connector to test, with its default settings."""
        raise NotImplementedError

    @pytest.fixture
    def cassette(self) -> Cassette:
        """Return a cassette of its exchange."""
        raise NotImplementedError

    @pytest.fixture
    def played(self, connector: Connector, cassette: Cassette) -> Sequence[Played]:
        """Return every call, made anew."""
        return [self._play(call, connector, cassette) for call in cassette.calls]

    @pytest.fixture
    def pages(self, played: Sequence[Played]) -> Sequence[tuple[Call, Page]]:
        """Return the pages that have trades."""
        found = [(each.call, each.value) for each in played if isinstance(each.value, Page)]
        return [(call, page) for call, page in found if page.positions]

    @rule("CT-CAS-01")
    def test_every_call_ends_as_it_did(self, played: Sequence[Played]) -> None:
        for each in played:
            expected, found = each.call.outcome, each.outcome
            assert found == expected, f"{each.call}: expected {expected}, found {found}: {each.error}"

    @rule("CT-CAS-02")
    def test_products_have_a_base_and_a_quote(self, played: Sequence[Played]) -> None:
        listed: list[Product] = [
            each for one in played if one.call.method == "products" for each in one.value
        ]
        assert listed, "the cassette lists no products"
        bare = [product.id for product in listed if not (product.id and product.base and product.quote)]
        assert bare == [], "products: expected an id, a base and a quote"
        ids = [product.id for product in listed]
        assert len(ids) == len(set(ids)), "products: expected each id once"

    @rule("CT-CAS-03")
    def test_the_head_ascends(self, played: Sequence[Played], cassette: Cassette) -> None:
        heads = [each.value for each in played if isinstance(each.value, Head)]
        assert heads, "the cassette has no head"
        for head in heads:
            assert len(head.positions) == len(head.times_ns), "a head: expected a time for each position"
            assert list(head.positions) == sorted(set(head.positions)), "a head: expected ascending positions"
            _check_plausible(head.times_ns, cassette)

    @rule("CT-CAS-04")
    def test_there_are_pages_to_look_at(self, pages: Sequence[tuple[Call, Page]]) -> None:
        assert pages, "the cassette has no page with trades: record another product, or more pages"

    @rule("CT-CAS-05")
    def test_lines_are_the_exchanges_own_bytes(
        self, pages: Sequence[tuple[Call, Page]], cassette: Cassette
    ) -> None:
        said = b"\n".join(_one_line(answer.body) for answer in cassette.answers)
        for call, page in pages:
            for line in page.lines:
                assert b"\n" not in line, f"{call}: expected one line, found {line!r}"
                assert _one_line(line) in said, f"{call}: expected bytes of the exchange, found {line!r}"
                json.loads(line)

    @rule("CT-CAS-06")
    def test_positions_ascend(self, pages: Sequence[tuple[Call, Page]]) -> None:
        for call, page in pages:
            assert len(page.positions) == len(page.lines), f"{call}: expected a line for each position"
            found = list(page.positions)
            assert found == sorted(set(found)), f"{call}: expected ascending positions, found {found[:5]}"

    @rule("CT-CAS-07")
    def test_nothing_is_outside_of_what_was_asked(self, pages: Sequence[tuple[Call, Page]]) -> None:
        for call, page in pages:
            if call.method == "page":
                span = Span(call.arguments["first"], call.arguments["last"])
                outside = [position for position in page.positions if position not in span]
                assert outside == [], f"{call}: expected positions in {span}"

    @rule("CT-CAS-08")
    def test_dense_ids_are_consecutive(
        self, connector: Connector, pages: Sequence[tuple[Call, Page]]
    ) -> None:
        if connector.ids is not Ids.DENSE:
            pytest.skip("ids are not dense")
        known = sorted({position for _, page in pages for position in page.positions})
        holes = [(a, b) for a, b in pairwise(known) if b != a + 1]
        assert holes == [], "dense ids: expected consecutive integers; declare Ids.SPARSE if they are not"

    @rule("CT-CAS-09")
    def test_tokens_lead_on_without_a_break(
        self, connector: Connector, pages: Sequence[tuple[Call, Page]]
    ) -> None:
        if connector.paging is not Paging.BY_TOKEN:
            pytest.skip("pages do not chain through tokens")
        for (before, one), (after, other) in pairwise(pages):
            assert after.arguments["token"] == one.next_token, (
                f"{after}: expected the token that {before} gave"
            )
            joined = other.positions[0] <= one.positions[-1] + (connector.ids is Ids.DENSE)
            assert joined, f"{after}: expected to begin where {before} ended"

    @rule("CT-CAS-10")
    def test_times_are_plausible(
        self, connector: Connector, pages: Sequence[tuple[Call, Page]], cassette: Cassette
    ) -> None:
        for call, page in pages:
            ends = (page.first_time_ns, page.last_time_ns)
            assert None not in ends, f"{call}: expected the times of the first and the last trade"
            if page.times_ns is None:
                given = connector.paging is Paging.BY_POSITION
                assert given, (
                    f"{call}: expected `times_ns`, which a connector asked by position alone may omit"
                )
            times = times_of(page)
            assert len(times) == len(page.positions), f"{call}: expected a time for each position"
            assert (times[0], times[-1]) == ends, f"{call}: expected the ends' own times"
            _check_plausible(times, cassette)

    @rule("CT-CAS-11")
    def test_the_mapping_takes_every_line(
        self,
        connector: Connector,
        played: Sequence[Played],
        pages: Sequence[tuple[Call, Page]],
        cassette: Cassette,
    ) -> None:
        if "mapping" not in [info.name for info in installed("transformers")]:
            pytest.skip("schemahub-mapping is not installed")
        text, source = mapping_text(connector.name)
        listed = next((one.value for one in played if one.call.method == "products" and one.value), ())
        symbols = {product.id: f"{product.base}-{product.quote}" for product in listed}
        transformer = load("transformers", "mapping").open(connector.name, text, source)
        for call, page in pages:
            stream = StreamId(connector.name, str(call.arguments["product"]))
            data = b"".join(line + b"\n" for line in page.lines)
            at = iso_to_ns(cassette.recorded) // 1_000
            batch = RawLines(
                stream=stream,
                source=str(call),
                ingest_us=at,
                data=data,
                symbol=symbols.get(stream.product),
            )
            done = transformer.transform(batch)
            rejected = [(each.rule, each.data) for each in done.rejected]
            assert rejected == [], f"{call}: expected a row for every line"
            assert list(done.drift) == [], f"{call}: the mapping does not name these fields"

    def _play(self, call: Call, connector: Connector, cassette: Cassette) -> Played:
        client = HttpClient(
            connector.config.base_url,
            connector.rate_limits(),
            connector.classify,
            clock=FakeClock(),
            stop=Stop(),
            emit=silent,
            transport=cassette.transport(connector.config.base_url),
        )
        try:
            return Played(call=call, value=client.call(lambda: call.start(connector)), outcome="ok")
        except PermanentError as error:
            return Played(call=call, value=None, outcome=type(error).__name__, error=str(error))


def _one_line(body: bytes) -> bytes:
    return body.replace(b"\r", b" ").replace(b"\n", b" ")


def _check_plausible(times: Sequence[int], cassette: Cassette) -> None:
    latest = iso_to_ns(cassette.recorded) + _DAY_NS
    wrong = [time_ns for time_ns in times if not _FIRST_EXCHANGE_NS < time_ns < latest]
    assert wrong == [], "times: expected nanoseconds since 1970, UTC, of trades before the recording"
