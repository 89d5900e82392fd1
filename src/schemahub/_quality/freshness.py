"""How old the newest trade is, in raw and in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, failed, note, ok
from schemahub._quality.status import duration
from schemahub.times import parse_duration

if TYPE_CHECKING:
    from schemahub.checkpoint import Checkpoint
    from schemahub.settings import QualitySettings

_NS_PER_US = 1_000
_NS_PER_SECOND = 1_000_000_000


def check_freshness(
    checkpoint: Checkpoint, newest_row_us: int | None, settings: QualitySettings, now_ns: int
) -> list[Check]:
    """Check the age of the watermark's trade, and of the newest row; a backfill alone is never late.

    A product that nobody trades looks late too: its newest trade is as old.
    """
    mark = checkpoint.watermark
    if mark is None:
        return [note("freshness", "live ingestion has not begun: what was backfilled does not grow old")]
    checks = []
    if mark.time_ns is not None:
        limit = parse_duration(settings.freshness_limit)
        hint = "Run: schemahub ingest"
        checks.append(_age("freshness", "the newest trade fetched", now_ns - mark.time_ns, limit, hint))
    hint = "Run: schemahub transform"
    if newest_row_us is None:
        return [*checks, failed("table lag", "the table has no row yet", hint)]
    limit = parse_duration(settings.table_limit)
    age_ns = now_ns - newest_row_us * _NS_PER_US
    return [*checks, _age("table lag", "the table's newest row", age_ns, limit, hint)]


def _age(name: str, what: str, age_ns: int, limit_ns: int, hint: str) -> Check:
    evidence = f"{what} is {duration(age_ns / _NS_PER_SECOND)} old"
    if age_ns > limit_ns:
        limit = duration(limit_ns / _NS_PER_SECOND)
        return failed(name, f"{evidence}, more than {limit}", hint)
    return ok(name, evidence)
