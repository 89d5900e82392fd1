"""The whole way of sparse ids: an exchange that is followed by tokens, the engine, the table, the proofs."""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from tests.unit.quality.conftest import line
from tests.unit.quality.sparse_lake import TRADES, SparseLake, hours

from schemahub import ConnectorConfig, Head, Page, Request, Response, TokenConnector
from schemahub._clock import Stop
from schemahub._ingest.assemble import assemble
from schemahub._progress.tally import Tally
from schemahub.model import Ids
from schemahub.settings import IngestSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub import Product, Steps
    from schemahub._ingest.product import ProductIngest
    from schemahub._quality.checks import Check
    from schemahub.events import Event

    Findings = Callable[..., dict[str, Check]]


class Chained(TokenConnector):
    """Four trades a page, from the one that the token names on."""

    name = "tiny"
    ids = Ids.SPARSE
    page_limit = 4
    Config = ConnectorConfig

    def products(self) -> Steps[tuple[Product, ...]]:
        yield Request(path="/")
        return ()

    def head(self, product: str) -> Steps[Head]:
        page = yield from self._read(product, "newest")
        return Head(positions=page.positions, times_ns=page.times_ns or ())

    def follow(self, product: str, token: str) -> Steps[Page]:
        return (yield from self._read(product, token))

    def token_at(self, product: str, time_ns: int) -> Steps[str]:
        page = yield from self._read(product, f"at {time_ns}")
        return page.next_token or "0"

    def _read(self, product: str, token: str) -> Steps[Page]:
        response = yield Request(path=product, params={"from": token})
        lines = response.body.splitlines()
        rows = [json.loads(text) for text in lines]
        times = [row["time"] for row in rows]
        return Page(
            positions=[row["id"] for row in rows],
            lines=lines,
            first_time_ns=times[0] if times else None,
            last_time_ns=times[-1] if times else None,
            times_ns=times,
            next_token=str(rows[-1]["id"]) if rows else None,
        )


@dataclass
class FollowedLake(SparseLake):
    """The exchange serves `trades` from `oldest` on."""

    trades: list[int] = field(default_factory=lambda: list(TRADES))
    oldest: int = 0
    events: list[Event] = field(default_factory=list)

    def _answer(self, request: Request) -> Response:
        served = [i for i in self.trades if i >= self.oldest]
        match request.params["from"].split():
            case ["newest"]:
                rows = served[-2:]
            case ["at", time_ns]:
                rows = [i for i in served if hours(i) <= int(time_ns)][-1:]
            case [token]:
                rows = served[bisect_left(served, int(token)) :][:4]
        body = b"\n".join(line(i, "much" if i in self.bad else None) for i in rows)
        return Response(request=request, status=200, headers={}, body=body)

    def engine(self, product: str = "BTC-USD") -> ProductIngest:
        del product
        return assemble(
            self.btc,
            connector=Chained(ConnectorConfig(base_url="tiny:", requests_per_second=1, burst=1)),
            http=self,
            raw=self.raw,
            checkpoints=self.checkpoints,
            settings=IngestSettings(batch_size=5, chunk_concurrency=1),
            check_lease=lambda: None,
            clock=self.clock,
            stop=Stop(),
            emit=self.events.append,
        )


@pytest.mark.parametrize("bad", [set(), {3, 33, 100}])
def test_what_is_followed_is_in_the_table_and_proved(findings: Findings, bad: set[int]) -> None:
    lake = FollowedLake(bad=bad)
    lake.ingest()
    assert [each.name.count for each in lake.objects()] == [5, 5, 3]
    lake.trades += [104, 110, 111]
    lake.ingest()
    lake.transform()
    result = lake.verify(deep=True)
    assert not findings(result) | findings(result, "warning")
    assert (result.products[0].trades, result.products[0].rows) == (16, 16 - len(bad))
    assert lake.condition().count(lake.condition().days[0].state) >= 1
    tally = Tally()
    for event in lake.events:
        tally.add(event)
    assert tally.lines["tiny/BTC-USD"].done == tally.lines["tiny/BTC-USD"].total


@pytest.mark.parametrize("end", [41, 47, 48, 59, 60, 61, 74, 75])
def test_a_range_of_the_past_is_proved_wherever_it_ends(findings: Findings, end: int) -> None:
    lake = FollowedLake()
    lake.backfill(10, end)
    lake.ingest()
    lake.transform()
    result = lake.verify(deep=True)
    assert not findings(result) | findings(result, "warning")
    assert (result.products[0].trades, result.products[0].rows) == (13, 13)


def test_what_is_no_longer_served_is_a_gap_of_unknown_size(findings: Findings) -> None:
    lake = FollowedLake(trades=list(TRADES[:7]))
    lake.ingest()
    lake.trades, lake.oldest = list(TRADES), 70
    lake.ingest()
    lake.transform()
    result = lake.verify(deep=True)
    assert set(findings(result)) == {"gaps"}
    assert result.products[0].known_gaps is None
    assert lake.verify(deep=True, allow_confirmed=True).complete
    (gap,) = lake.gaps().gaps
    assert (gap.span.first, gap.span.last, gap.count) == (42, 74, None)
