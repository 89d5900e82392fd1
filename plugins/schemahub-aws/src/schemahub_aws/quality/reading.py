"""What the lake's own checks say, as findings: from their documents, which are public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemahub_aws.quality.aspects import ASPECTS, HARMLESS
from schemahub_aws.quality.report import Aspect, Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.results import Result

_LEVELS = {"note": Level.NOTE, "warning": Level.WARNING, "failed": Level.FAILED}
_HOLED = {"holed": Level.FAILED, "out of reach": Level.WARNING}


def findings_of_verify(result: Result) -> tuple[Finding, ...]:
    """Read a proof: the table as a whole, then product by product."""
    document = result.document()
    return (*_of_checks(document["table"], None, None), *_of_products(document))


def findings_of_quality(result: Result) -> tuple[Finding, ...]:
    """Read judgements: product by product, then what holds for an exchange."""
    document = result.document()
    of_exchanges = (
        finding
        for each in document["exchanges"]
        for finding in _of_checks(each["checks"], each["exchange"], None)
    )
    return (*_of_products(document), *of_exchanges)


def findings_of_days(result: Result) -> tuple[Finding, ...]:
    """Read the conditions of days: each that has a hole is a finding."""
    return tuple(
        Finding(
            aspect=Aspect.COMPLETENESS,
            check="days",
            level=_HOLED[day["state"]],
            exchange=product["stream"]["exchange"],
            product=product["stream"]["product"],
            found=f"{day['trade_date']} is {day['state']}",
            hint="Run: schemahub gaps",
        )
        for product in result.document()["products"]
        for day in product["days"]
        if day["state"] in _HOLED
    )


def _of_products(document: dict[str, Any]) -> Iterator[Finding]:
    for each in document["products"]:
        yield from _of_checks(each["checks"], each["stream"]["exchange"], each["stream"]["product"])


def _of_checks(checks: list[dict[str, str]], exchange: str | None, product: str | None) -> Iterator[Finding]:
    for check in checks:
        level = _LEVELS.get(check["state"])
        if level is None:
            continue
        yield Finding(
            aspect=ASPECTS.get(check["name"], Aspect.COMPLETENESS),
            check=check["name"],
            level=Level.NOTE if check["name"] in HARMLESS else level,
            exchange=exchange,
            product=product,
            found=check["evidence"],
            hint=check["hint"],
        )
