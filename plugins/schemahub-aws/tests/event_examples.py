"""One event of each kind that adds to a metric, and to which."""

from __future__ import annotations

from schemahub import events as e
from schemahub.checkpoint import GapState
from schemahub.layout import StreamId
from schemahub.spans import Span

BTC = StreamId("coinbase", "BTC-USD")
HOST = "api.exchange.coinbase.com"


def request(status: int, seconds: float = 0.25) -> e.RequestSent:
    return e.RequestSent(
        exchange="coinbase",
        host=HOST,
        endpoint="public",
        status=status,
        seconds=seconds,
        attempt=1,
        error=None if status else "no answer: https://user:s3cret@example",
    )


def stored(*, adopted: bool = False) -> e.BatchStored:
    return e.BatchStored(
        stream=BTC, key="raw/x", span=Span(1, 100), count=100, bytes=2_000, seconds=0.5, adopted=adopted
    )


def finished(error: str | None = None, lag_seconds: float | None = 60.0) -> e.ProductFinished:
    return e.ProductFinished(stream=BTC, trades=100, error=error, seconds=1.0, lag_seconds=lag_seconds)


def ended(command: str = "ingest", failed: int = 0, error: str | None = None) -> e.RunFinished:
    return e.RunFinished(command=command, exchange="coinbase", failed=failed, seconds=7.0, error=error)


def breaker(after: str) -> e.BreakerChanged:
    return e.BreakerChanged(exchange="coinbase", host=HOST, before="closed", after=after, reason="x")


def gap(*, again: bool = False) -> e.GapSeen:
    return e.GapSeen(stream=BTC, span=Span(7, 9), state=GapState.OPEN, again=again)


RETRY = e.RetryScheduled(
    exchange="coinbase", host=HOST, endpoint="public", attempt=1, seconds=1.0, reason="https://x?key=s3cret"
)
WAITED = e.TokensWaited(exchange="coinbase", limit="requests", seconds=1.5)
PAGE = e.PageRead(stream=BTC, trades=100)
REPAIRED = e.GapRepaired(stream=BTC, span=Span(7, 9))
REBUILT = e.CheckpointRebuilt(stream=BTC, covered=10, holes=2)
GIVEN_UP = e.ArchiveGivenUp(stream=BTC, span=Span(7, 9), reason="https://x?key=s3cret")
SKIPPED = e.LeaseHeld(stream=BTC, holder="host/1")
TRANSFORMED = e.BatchTransformed(stream=BTC, source="raw/x", rows=98, quarantined=2)
ASIDE = e.TransformFailed(stream=BTC, source="raw/x", error="s3cret")
DRIFTED = e.SchemaDrifted(exchange="coinbase", fields=("a", "b"))
COMMITTED = e.TableCommitted(version=3, files=2, rows=98, seconds=1.0)
COMPACTED = e.DayCompacted(
    trade_date="2026-01-01", generation=1, files_before=9, files_after=2, rows=98, bytes=1, seconds=1.0
)
COLLECTED = e.FilesCollected(files=9)

EXAMPLES: tuple[tuple[e.Event, dict[str, float]], ...] = (
    (request(200), {"Requests": 1, "RequestSeconds": 0.25}),
    (request(429), {"Requests": 1, "RequestSeconds": 0.25, "RateLimited": 1}),
    (request(404), {"Requests": 1, "RequestSeconds": 0.25, "ClientErrors": 1}),
    (request(503), {"Requests": 1, "RequestSeconds": 0.25, "ServerErrors": 1}),
    (request(0), {"Requests": 1, "RequestSeconds": 0.25, "Unanswered": 1}),
    (RETRY, {"Retries": 1}),
    (WAITED, {"TokensWaited": 1.5}),
    (breaker("open"), {"BreakerOpened": 1}),
    (breaker("half_open"), {}),
    (PAGE, {"PagesRead": 1}),
    (stored(), {"BatchSeconds": 0.5, "TradesIngested": 100, "BatchesStored": 1, "BytesStored": 2_000}),
    (stored(adopted=True), {"BatchSeconds": 0.5}),
    (gap(), {"GapsSeen": 1}),
    (gap(again=True), {}),
    (REPAIRED, {"GapsRepaired": 1}),
    (REBUILT, {"CheckpointsRebuilt": 1}),
    (GIVEN_UP, {"ArchivesGivenUp": 1}),
    (SKIPPED, {"LockSkips": 1}),
    (finished(), {"ProductsComplete": 1, "ProductsIncomplete": 0, "WatermarkLag": 60}),
    (finished("down", None), {"ProductsComplete": 0, "ProductsIncomplete": 1}),
    (TRANSFORMED, {"RowsTransformed": 98, "RowsQuarantined": 2}),
    (ASIDE, {"TransformFailures": 1}),
    (DRIFTED, {"SchemaDrift": 2}),
    (COMMITTED, {"Commits": 1}),
    (COMPACTED, {"CompactedFilesBefore": 9, "CompactedFilesAfter": 2}),
    (COLLECTED, {"FilesCollected": 9}),
    (ended(), {"RunSeconds": 7, "RunFailed": 0}),
    (ended(failed=2), {"RunSeconds": 7, "RunFailed": 1}),
    (ended(error="no lake"), {"RunSeconds": 7, "RunFailed": 1}),
    (e.RunStarted(command="ingest", exchange="coinbase", products=("BTC-USD",)), {}),
)
