"""What each event adds to which metric."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemahub import events as e
from schemahub_aws.cloudwatch import metrics as m

if TYPE_CHECKING:
    from schemahub_aws.cloudwatch.metrics import Metric

_RATE_LIMITED, _CLIENT_ERROR, _SERVER_ERROR, _STATUSES_END = 429, 400, 500, 600


Added = Iterator[tuple["Metric", float]]


def measured(event: e.Event) -> Added:
    """Yield what an event adds; a metric of an alarm gets its zeros too, or the alarm would see nothing."""
    for part in (_of_requests, _of_products, _of_gaps, _of_the_table, _of_the_run):
        yield from part(event)


def _of_requests(event: e.Event) -> Added:
    match event:
        case e.RequestSent():
            yield from _request(event)
        case e.RetryScheduled():
            yield m.RETRIES, 1
        case e.TokensWaited():
            yield m.TOKENS_WAITED, event.seconds
        case e.BreakerChanged(after="open"):
            yield m.BREAKER_OPENED, 1


def _of_products(event: e.Event) -> Added:
    match event:
        case e.PageRead():
            yield m.PAGES_READ, 1
        case e.BatchStored():
            yield from _batch(event)
        case e.LeaseHeld():
            yield m.LOCK_SKIPS, 1
        case e.ProductFinished():
            yield from _product(event)


def _of_gaps(event: e.Event) -> Added:
    match event:
        case e.GapSeen(again=False):
            yield m.GAPS_SEEN, 1
        case e.GapRepaired():
            yield m.GAPS_REPAIRED, 1
        case e.CheckpointRebuilt():
            yield m.CHECKPOINTS_REBUILT, 1
        case e.ArchiveGivenUp():
            yield m.ARCHIVES_GIVEN_UP, 1


def _of_the_table(event: e.Event) -> Added:
    match event:
        case e.BatchTransformed():
            yield m.ROWS_TRANSFORMED, event.rows
            yield m.ROWS_QUARANTINED, event.quarantined
        case e.TransformFailed():
            yield m.TRANSFORM_FAILURES, 1
        case e.SchemaDrifted():
            yield m.SCHEMA_DRIFT, len(event.fields)
        case e.TableCommitted():
            yield m.COMMITS, 1
        case e.DayCompacted():
            yield m.FILES_BEFORE, event.files_before
            yield m.FILES_AFTER, event.files_after
        case e.FilesCollected():
            yield m.FILES_COLLECTED, event.files


def _of_the_run(event: e.Event) -> Added:
    if isinstance(event, e.RunFinished):
        yield m.RUN_SECONDS, event.seconds
        yield m.RUN_FAILED, 0 if event.complete else 1


def _request(event: e.RequestSent) -> Added:
    yield m.REQUESTS, 1
    yield m.REQUEST_SECONDS, event.seconds
    if event.status == _RATE_LIMITED:
        yield m.RATE_LIMITED, 1
    elif _CLIENT_ERROR <= event.status < _SERVER_ERROR:
        yield m.CLIENT_ERRORS, 1
    elif _SERVER_ERROR <= event.status < _STATUSES_END:
        yield m.SERVER_ERRORS, 1
    elif not event.status:
        yield m.UNANSWERED, 1


def _batch(event: e.BatchStored) -> Added:
    yield m.BATCH_SECONDS, event.seconds
    if not event.adopted:
        yield m.TRADES_INGESTED, event.count
        yield m.BATCHES_STORED, 1
        yield m.BYTES_STORED, event.bytes


def _product(event: e.ProductFinished) -> Added:
    yield m.PRODUCTS_COMPLETE, event.error is None
    yield m.PRODUCTS_INCOMPLETE, event.error is not None
    if event.lag_seconds is not None:
        yield m.WATERMARK_LAG, event.lag_seconds
