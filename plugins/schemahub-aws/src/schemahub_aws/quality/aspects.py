"""Which aspect each check of the lake is about, by the name that `verify` and `status --quality` give it."""

from __future__ import annotations

from schemahub_aws.quality.report import Aspect

_OF: dict[Aspect, str] = {
    Aspect.FRESHNESS: "freshness",
    Aspect.COMPLETENESS: (
        "names, gaps, requested, stored, known, watermark, checkpoint, days, never asked for, "
        "raw lines, raw content"
    ),
    Aspect.DUPLICATES: "once, overlaps",
    Aspect.BALANCE: (
        "rows, quarantine, from raw, strangers, files, manifest, order, table content, time order, table, "
        "rejected"
    ),
    Aspect.VOLUME: "volume",
    Aspect.LAG: "table lag, transformed",
    Aspect.SENSE: "price, values, times, drift",
}
ASPECTS = {name: aspect for aspect, names in _OF.items() for name in names.split(", ")}

HARMLESS = {"transformed", "never asked for"}
"""Between `ingest` and `transform` raw is always ahead of the table: how late it is, `table lag` judges."""
