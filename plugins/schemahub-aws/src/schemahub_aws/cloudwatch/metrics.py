"""Every metric by name; docs/METRICS.md has a line for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["Count", "Seconds", "Bytes"]
EXCHANGE, PRODUCT, COMMAND = "Exchange", "Product", "Command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric. Values are added up between two flushes, or kept apart where `spread` is set.

    `dimensions` are few, since each combination of their values is one more metric to pay. With
    `by_product`, and where the options want it, there is one for each product beside it.
    """

    name: str
    unit: Unit = "Count"
    dimensions: tuple[str, ...] = (EXCHANGE,)
    spread: bool = False
    by_product: bool = False


TRADES_INGESTED = Metric(name="TradesIngested", by_product=True)
PAGES_READ = Metric(name="PagesRead")
BATCHES_STORED = Metric(name="BatchesStored")
BYTES_STORED = Metric(name="BytesStored", unit="Bytes")
BATCH_SECONDS = Metric(name="BatchSeconds", unit="Seconds", spread=True)
REQUESTS = Metric(name="Requests")
RATE_LIMITED = Metric(name="RateLimited")
CLIENT_ERRORS = Metric(name="ClientErrors")
SERVER_ERRORS = Metric(name="ServerErrors")
UNANSWERED = Metric(name="Unanswered")
REQUEST_SECONDS = Metric(name="RequestSeconds", unit="Seconds", spread=True)
RETRIES = Metric(name="Retries")
BREAKER_OPENED = Metric(name="BreakerOpened")
TOKENS_WAITED = Metric(name="TokensWaited", unit="Seconds")
WATERMARK_LAG = Metric(name="WatermarkLag", unit="Seconds", spread=True, by_product=True)
PRODUCTS_COMPLETE = Metric(name="ProductsComplete")
PRODUCTS_INCOMPLETE = Metric(name="ProductsIncomplete", by_product=True)
LOCK_SKIPS = Metric(name="LockSkips")
GAPS_SEEN = Metric(name="GapsSeen", by_product=True)
GAPS_REPAIRED = Metric(name="GapsRepaired")
CHECKPOINTS_REBUILT = Metric(name="CheckpointsRebuilt")
ROWS_TRANSFORMED = Metric(name="RowsTransformed")
ROWS_QUARANTINED = Metric(name="RowsQuarantined")
TRANSFORM_FAILURES = Metric(name="TransformFailures")
SCHEMA_DRIFT = Metric(name="SchemaDrift")
COMMITS = Metric(name="Commits", dimensions=())
FILES_BEFORE = Metric(name="CompactedFilesBefore", dimensions=())
FILES_AFTER = Metric(name="CompactedFilesAfter", dimensions=())
FILES_COLLECTED = Metric(name="FilesCollected", dimensions=())
RUN_SECONDS = Metric(name="RunSeconds", unit="Seconds", dimensions=(COMMAND,), spread=True)
RUN_FAILED = Metric(name="RunFailed", dimensions=(COMMAND,))

# Of the lake as it is, sent by the data-quality Lambda; each is a level, and no sum over time.
LAKE_PRODUCTS = Metric(name="LakeProducts")
LAKE_TRADES = Metric(name="LakeTrades")
LAKE_ROWS = Metric(name="LakeRows")
LAKE_FILES = Metric(name="LakeRawFiles")
LAKE_BYTES = Metric(name="LakeRawBytes", unit="Bytes")
LAKE_AGE = Metric(name="LakeAge", unit="Seconds", spread=True, by_product=True)
LAKE_TABLE_AGE = Metric(name="LakeTableAge", unit="Seconds", spread=True, by_product=True)
LAKE_LATE = Metric(name="LakeLate")
LAKE_TABLE_LATE = Metric(name="LakeTableLate")
LAKE_MISSING = Metric(name="LakeMissing")
LAKE_INCOMPLETE = Metric(name="LakeIncomplete")
LAKE_DUPLICATES = Metric(name="LakeDuplicates")
LAKE_UNBALANCED = Metric(name="LakeUnbalanced")
LAKE_QUARANTINED = Metric(name="LakeQuarantined")
LAKE_UNUSUAL = Metric(name="LakeUnusual")
LAKE_SENSELESS = Metric(name="LakeSenseless")
LAKE_CHECKS_NOT_MADE = Metric(name="LakeChecksNotMade", dimensions=())

_EVERY = tuple(value for value in list(globals().values()) if isinstance(value, Metric))
LAKE_METRICS = tuple(metric for metric in _EVERY if metric.name.startswith("Lake"))
"""Those of the data-quality Lambda."""
METRICS = tuple(metric for metric in _EVERY if metric not in LAKE_METRICS)
"""Those of runs, which the observer sends."""
