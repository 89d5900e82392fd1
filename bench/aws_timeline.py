"""When an ingest fetched pages and when it uploaded batches, with a delay added to each upload."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lake import Shape, aws_lake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asked import Asked
    from recording_proxy import Record

_WIDTH = 60
_RAW = "/raw_"

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Intervals in seconds from the first page on."""

    pages: Sequence[Interval]
    uploads: Sequence[Interval]

    @property
    def fetching(self) -> float:
        """Return for how long at least one page was under way."""
        return _covered(self.pages)

    @property
    def uploading(self) -> float:
        return _covered(self.uploads)

    @property
    def wall(self) -> float:
        every = [*self.pages, *self.uploads]
        return max(end for _, end in every) - min(begin for begin, _ in every)

    def document(self) -> dict[str, object]:
        return {"pages": list(self.pages), "uploads": list(self.uploads)}

    def __str__(self) -> str:
        """Draw it."""
        whole = self.wall or 1.0
        parts = f"{self.fetching:.2f} s and {self.uploading:.2f} s in {self.wall:.2f} s"
        title = f"\n**Fetching and uploading**: {parts}\n"
        rows = [("pages", self.pages), *((f"upload {n + 1}", [each]) for n, each in enumerate(self.uploads))]
        return "\n".join([title, *(f"    {name:<9}|{_drawn(spans, whole)}|" for name, spans in rows)])


def timeline(url: str, *, put_seconds: float) -> Timeline:
    """Ingest one product in six batches, each upload `put_seconds` late."""
    shape = Shape(products=1, trades=23_999, days=0.2, batch_size=4_000, latency_ms=150)
    with aws_lake(url, shape) as lake:
        lake.run("update-seed")
        lake.aws.before = lambda asked, _: time.sleep(put_seconds) if _is_upload(asked) else None
        records, _ = lake.run("ingest", "--chunk-concurrency", "2")
        pages = [record for record in lake.market.take() if "/trades" in record.target]
        uploads = [record for record in records if _is_upload(record.asked)]
    # The search for the range comes before the first batch's pages.
    first = uploads[0].began - (uploads[-1].ended - uploads[0].began) / len(uploads)
    return _timeline([record for record in pages if record.began > first], uploads)


def _is_upload(asked: Asked) -> bool:
    return asked.operation == "PutObject" and _RAW in f"/{asked.key}"


def _timeline(pages: Sequence[Record], uploads: Sequence[Record]) -> Timeline:
    start = min(record.began for record in pages)
    return Timeline(
        pages=sorted((record.began - start, record.ended - start) for record in pages),
        uploads=sorted((record.began - start, record.ended - start) for record in uploads),
    )


def _covered(spans: Sequence[Interval]) -> float:
    total, reach = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, reach))
        reach = max(reach, end)
    return total


def _drawn(spans: Sequence[Interval], whole: float) -> str:
    cells = [" "] * _WIDTH
    for begin, end in spans:
        for at in range(int(begin / whole * _WIDTH), min(_WIDTH, int(end / whole * _WIDTH) + 1)):
            cells[at] = "#"
    return "".join(cells)
