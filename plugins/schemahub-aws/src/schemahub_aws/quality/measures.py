"""What was found, as the points that become metrics: each is the state of the lake now, not a sum."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from schemahub_aws.cloudwatch import metrics as m
from schemahub_aws.cloudwatch.totals import Point
from schemahub_aws.quality.report import Aspect, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemahub_aws.cloudwatch.metrics import Metric
    from schemahub_aws.cloudwatch.series import Dimensions
    from schemahub_aws.quality.report import Finding, Holding, Report

_OF_ASPECT = {
    Aspect.FRESHNESS: m.LAKE_LATE,
    Aspect.COMPLETENESS: m.LAKE_INCOMPLETE,
    Aspect.BALANCE: m.LAKE_UNBALANCED,
    Aspect.VOLUME: m.LAKE_UNUSUAL,
    Aspect.LAG: m.LAKE_TABLE_LATE,
    Aspect.SENSE: m.LAKE_SENSELESS,
}
_JUDGED = {Aspect.VOLUME, Aspect.SENSE}
"""What no proof can tell: a warning is all that there is. Elsewhere only what failed counts."""


def points(report: Report, *, by_product: bool = False) -> list[Point]:
    """Return a point for each series. A fault that is not there is sent as 0, so that its alarm ends."""
    exchanges = sorted({each.exchange for each in report.holdings})
    found = [
        _point(m.LAKE_CHECKS_NOT_MADE, (), [sum(each.level is Level.NOT_MADE for each in report.findings)])
    ]
    for exchange in exchanges:
        held = [each for each in report.holdings if each.exchange == exchange]
        found += _of_exchange(report, exchange, held)
        if by_product:
            found += [point for each in held for point in _ages([each], (exchange, each.product))]
    return found


def _of_exchange(report: Report, exchange: str, held: list[Holding]) -> Iterator[Point]:
    where = ((m.EXCHANGE, exchange),)
    sums = {
        m.LAKE_PRODUCTS: len(held),
        m.LAKE_TRADES: sum(each.trades for each in held),
        m.LAKE_ROWS: sum(each.rows for each in held),
        m.LAKE_QUARANTINED: sum(each.quarantined for each in held),
        m.LAKE_MISSING: sum(each.missing for each in held),
        m.LAKE_FILES: sum(each.raw_files for each in held),
        m.LAKE_BYTES: sum(each.raw_bytes for each in held),
        m.LAKE_DUPLICATES: sum(each.more_than_once for each in report.doubled if each.exchange == exchange)
        + _products(report.findings, Aspect.DUPLICATES, exchange),
    }
    for metric, value in sums.items():
        yield _point(metric, where, [value])
    for aspect, metric in _OF_ASPECT.items():
        yield _point(metric, where, [_products(report.findings, aspect, exchange)])
    yield from _ages(held, (exchange,))


def _products(findings: Iterable[Finding], aspect: Aspect, exchange: str) -> int:
    """Count an exchange's products with a fault; one of the lake itself counts for each exchange."""
    return len(
        {
            each.product
            for each in findings
            if each.aspect is aspect
            and (each.level is Level.FAILED or (each.level is Level.WARNING and aspect in _JUDGED))
            and each.exchange in {exchange, None}
            and each.check != "athena"
        }
    )


def _ages(held: list[Holding], values: tuple[str, ...]) -> Iterator[Point]:
    where = tuple(zip((m.EXCHANGE, m.PRODUCT), values, strict=False))
    ages: defaultdict[Metric, list[float]] = defaultdict(list)
    for each in held:
        if each.age_seconds is not None:
            ages[m.LAKE_AGE].append(each.age_seconds)
        if each.table_age_seconds is not None:
            ages[m.LAKE_TABLE_AGE].append(each.table_age_seconds)
    for metric, seconds in ages.items():
        yield _point(metric, where, seconds)


def _point(metric: Metric, where: Dimensions, values: Iterable[float]) -> Point:
    counted = Counter(float(f"{value:.3g}") if metric.spread else value for value in values)
    return Point(metric=metric, dimensions=where, values=tuple(sorted(counted.items())))
