"""One small change for each rule of connectors."""

from schemahub_hostile.faults import (
    answers,
    generators,
    mappings,
    pages,
    plugin,
    products,
    rows,
    runs,
    streams,
)
from schemahub_hostile.faults.fault import FAULTS, Fault

__all__ = [
    "FAULTS",
    "Fault",
    "answers",
    "generators",
    "mappings",
    "pages",
    "plugin",
    "products",
    "rows",
    "runs",
    "streams",
]
