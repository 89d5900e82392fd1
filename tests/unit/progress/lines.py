"""Events of one product, and terminals to draw on."""

from __future__ import annotations

import io

from schemahub.checkpoint import PlanKind
from schemahub.events import BatchStored, PageRead, PlanFinished, PlanStarted, RunFinished, RunStarted
from schemahub.layout import StreamId
from schemahub.model import Ids
from schemahub.spans import Span

BTC = StreamId("coinbase", "BTC-USD")
NAME = "coinbase/BTC-USD"
SPAN = Span(1, 1_000)
BEGUN = RunStarted(command="backfill", exchange="coinbase", products=("BTC-USD",))
OVER = RunFinished(command="backfill", exchange="coinbase", failed=0, seconds=1.0)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def started(missing: int, ahead: int = 0, ids: Ids = Ids.DENSE) -> PlanStarted:
    return PlanStarted(
        stream=BTC, kind=PlanKind.LIVE, span=SPAN, missing=missing, resumed=False, ids=ids, ahead=ahead
    )


def read(trades: int) -> PageRead:
    return PageRead(stream=BTC, trades=trades)


def finished() -> PlanFinished:
    return PlanFinished(stream=BTC, kind=PlanKind.LIVE, span=SPAN)


def stored(first: int, last: int, count: int) -> BatchStored:
    return BatchStored(
        stream=BTC, key="", span=Span(first, last), count=count, bytes=1, seconds=0.0, adopted=False
    )
