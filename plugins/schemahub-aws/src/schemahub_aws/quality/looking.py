"""Ask the lake's own checks; one that cannot be made is a finding, and the others go on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from schemahub.errors import SchemahubError
from schemahub_aws.quality.doubles import count_doubles
from schemahub_aws.quality.holdings import holdings_of
from schemahub_aws.quality.reading import findings_of_days, findings_of_quality, findings_of_verify
from schemahub_aws.quality.report import Aspect, Finding, Level, Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub import Hub
    from schemahub_aws.quality.question import Question
    from schemahub_aws.quality.report import Doubled, Holding

T = TypeVar("T")


def look(hub: Hub, question: Question) -> Report:
    """Look at a lake from every side. Reads alone."""
    began = time.monotonic()
    findings: list[Finding] = []

    def made(aspect: Aspect, check: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
        try:
            return check()
        except SchemahubError as error:
            findings.append(_not_made(aspect, error))
            return ()

    products = list(question.products) if question.products else None
    exchange = question.exchange

    def judgements() -> tuple[Finding, ...]:
        return findings_of_quality(hub.quality(exchange=exchange, products=products, days=question.days))

    def proofs() -> tuple[Finding, ...]:
        if question.proof:
            return findings_of_verify(hub.verify(allow_confirmed=True, exchange=exchange, products=products))
        return findings_of_days(hub.status(by_day=True, exchange=exchange, products=products))

    def doubles() -> tuple[Doubled, ...]:
        return count_doubles(hub, question.days or hub.settings.quality.days)

    def holdings() -> tuple[Holding, ...]:
        return holdings_of(hub, hub.status(exchange=exchange, products=products))

    held = made(Aspect.FRESHNESS, holdings)
    judged = made(Aspect.VOLUME, judgements)
    proved = made(Aspect.COMPLETENESS, proofs)
    doubled = made(Aspect.DUPLICATES, doubles)
    return Report(
        lake=hub.url,
        seconds=round(time.monotonic() - began, 2),
        findings=(*findings, *judged, *proved, *filter(None, map(_of_doubled, doubled))),
        holdings=held,
        doubled=doubled,
    )


def _not_made(aspect: Aspect, error: SchemahubError) -> Finding:
    return Finding(
        aspect=aspect,
        check="not made",
        level=Level.NOT_MADE,
        exchange=None,
        product=None,
        found=str(error),
    )


def _of_doubled(counted: Doubled) -> Finding | None:
    if not counted.more_than_once:
        return None
    return Finding(
        aspect=Aspect.DUPLICATES,
        check="athena",
        level=Level.FAILED,
        exchange=counted.exchange,
        product=None,
        found=f"{counted.more_than_once:,} rows of {counted.rows:,} have an id that another row has",
        hint="Run: schemahub verify; if it passes, a partition's folder holds a file that no manifest names.",
    )
