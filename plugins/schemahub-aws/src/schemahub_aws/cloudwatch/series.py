"""Whose metric it is: the dimensions that an event gives its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub_aws.cloudwatch.metrics import COMMAND, EXCHANGE, PRODUCT

if TYPE_CHECKING:
    from schemahub.events import Event
    from schemahub_aws.cloudwatch.metrics import Metric

Dimensions = tuple[tuple[str, str], ...]
Series = tuple["Metric", Dimensions]

_UNKNOWN = "unknown"
_LONGEST = 1024


def series_of(metric: Metric, event: Event, *, by_product: bool) -> list[Series]:
    """Return the series that a value belongs to: its metric's, and with `by_product` its product's."""
    series = [(metric, tuple((name, _value(event, name)) for name in metric.dimensions))]
    if by_product and metric.by_product:
        names = (*metric.dimensions, PRODUCT)
        series.append((metric, tuple((name, _value(event, name)) for name in names)))
    return series


def _value(event: Event, name: str) -> str:
    stream = getattr(event, "stream", None)
    found = {
        EXCHANGE: lambda: getattr(stream or event, "exchange", None),
        PRODUCT: lambda: getattr(stream, "product", None),
        COMMAND: lambda: getattr(event, "command", None),
    }[name]()
    # CloudWatch takes printable ASCII; one value that it refuses would cost the whole call.
    text = str(found or _UNKNOWN).encode("ascii", "backslashreplace").decode()
    return text[:_LONGEST]
