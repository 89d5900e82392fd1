"""What there is of each product, and how late it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._owner import owner_is_gone
from schemahub._quality.checks import counted
from schemahub._quality.completeness import Completeness, shown
from schemahub._quality.condition import stream_identity
from schemahub._quality.evidence import Evidence, gather
from schemahub._quality.streams import chosen
from schemahub.checkpoint import Checkpoint
from schemahub.model import Ids
from schemahub.results import BEGIN, Grid, Result
from schemahub.spans import span_set
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._clock import Clock
    from schemahub._quality.source import Source
    from schemahub.layout import StreamId
    from schemahub.lock import LockProvider
    from schemahub.table import Snapshot

_NS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductStatus:
    """One product. `lag_seconds` is the age of the watermark's trade; `covered` counts trades in raw.

    Where sparse batches overlap, that are the trades that there are at least. `gaps` counts the trades in
    gaps, None where there are some and ids with holes do not tell how many.
    `table_rows` is what the table says it holds, not a count of its rows (`verify` counts). `plan` says
    what is being fetched, or was when a run ended. `error` says why something could not be read.
    `holder` is the runner that works on it, by a lease that has not expired; None where none does or leases
    were not asked for.
    """

    stream: StreamId
    watermark: int | None
    watermark_time: str | None
    lag_seconds: float | None
    covered: int
    raw_files: int
    raw_bytes: int
    table_rows: int
    gaps: int | None
    plan: str | None
    error: str | None
    holder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusResult(Result):
    """An overview of the lake; it judges nothing."""

    products: tuple[ProductStatus, ...]

    @property
    def complete(self) -> bool:
        """Tell whether every product's state could be read."""
        return all(product.error is None for product in self.products)

    def headline(self) -> str:
        """Sum up."""
        trades = sum(row.covered for row in self.products)
        size = sum(row.raw_bytes for row in self.products)
        found = f"{counted(trades, 'trade')} of {counted(len(self.products), 'product')}"
        text = f"{found}, {counted(size, 'byte')} of raw"
        lags = [row.lag_seconds for row in self.products if row.lag_seconds is not None]
        return f"{text}, at most {duration(max(lags))} behind" if lags else text

    def next_steps(self) -> tuple[str, ...]:
        """Return where to look on."""
        if not self.products:
            return (BEGIN,)
        return ("schemahub verify",) if not self.complete else ()

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a product."""
        columns: tuple[str, ...] = (
            "product",
            "watermark",
            "its time",
            "lag",
            "trades",
            "files",
            "bytes",
            "table rows",
            "gaps",
            "plan",
            "error",
        )
        rows: tuple[tuple[object, ...], ...] = tuple(map(_row, self.products))
        if any(product.holder for product in self.products):
            columns = (*columns, "at work")
            rows = tuple((*row, product.holder) for row, product in zip(rows, self.products, strict=True))
        return (Grid(title="", columns=columns, rows=rows),)


def status(
    source: Source,
    clock: Clock,
    *,
    exchange: str | None = None,
    products: Sequence[str] | None = None,
    locks: LockProvider | None = None,
) -> StatusResult:
    """Read the checkpoints, list raw, and look at the table's manifest; nothing is opened.

    With `locks`, each product's lease is looked at as well: one request a product.
    """
    snapshot = source.table.snapshot()
    now_ns = clock.now_ns()
    streams = chosen(source.streams(exchange), products)

    def look(stream: StreamId) -> ProductStatus:
        # Let go with the call: the names of one product would stay while the next one's are listed.
        evidence = gather(source.raw, source.checkpoints, stream)
        return _product(source, evidence, snapshot, now_ns, locks)

    return StatusResult(products=tuple(map(look, streams)))


def duration(seconds: float) -> str:
    """Print a time span for people, in its two largest units: `3 h 12 min`."""
    whole = max(0, int(seconds))
    parts = [
        (whole // 86_400, "d"),
        (whole // 3_600 % 24, "h"),
        (whole // 60 % 60, "min"),
        (whole % 60, "s"),
    ]
    first = next((index for index, (number, _) in enumerate(parts) if number), len(parts) - 1)
    return " ".join(f"{number} {unit}" for number, unit in parts[first : first + 2])


def _product(
    source: Source, evidence: Evidence, snapshot: Snapshot, now_ns: int, locks: LockProvider | None
) -> ProductStatus:
    stream = evidence.stream
    checkpoint = evidence.checkpoint or Checkpoint(stream=stream)
    mark = checkpoint.watermark
    time_ns = mark.time_ns if mark else None
    return ProductStatus(
        stream=stream,
        watermark=mark.position if mark else None,
        watermark_time=ns_to_iso(time_ns) if time_ns is not None else None,
        lag_seconds=(now_ns - time_ns) / _NS_PER_SECOND if time_ns is not None else None,
        covered=evidence.trades,
        raw_files=len(evidence.listing.objects),
        raw_bytes=sum(stored.size for stored in evidence.listing.objects),
        table_rows=_table_rows(source, evidence, snapshot),
        gaps=Completeness.of(evidence.ids).trades_in(checkpoint.gap_spans),
        plan=_plan(checkpoint),
        error="; ".join(fault.evidence for fault in evidence.faults) or None,
        holder=_at_work(locks, stream, now_ns) if locks else None,
    )


def _at_work(locks: LockProvider, stream: StreamId, now_ns: int) -> str | None:
    lease = locks.current(stream.lease_name)
    # A runner that died on another machine leaves its lease, which runs out: then it is nobody's.
    if lease is None or lease.expires_ns <= now_ns or owner_is_gone(lease.owner):
        return None
    return lease.owner


def _table_rows(source: Source, evidence: Evidence, snapshot: Snapshot) -> int:
    stream = evidence.stream
    if evidence.ids is not Ids.SPARSE:
        return len(snapshot.covered_of(stream)) - snapshot.quarantined.get(stream, 0)
    named = stream_identity(source, stream, snapshot)
    parts = (part for file in snapshot.files for part in file.symbols)
    return sum(part.rows for part in parts if (part.exchange, part.symbol) == named)


def _plan(checkpoint: Checkpoint) -> str | None:
    plan = checkpoint.plan
    if plan is None:
        return None
    done = len(span_set(plan.span) & checkpoint.accounted)
    return f"{plan.kind.value} {plan.span}: {100 * done // len(plan.span)} %"


def _row(row: ProductStatus) -> tuple[object, ...]:
    return (
        str(row.stream),
        None if row.watermark is None else str(row.watermark),  # an id: no separators
        row.watermark_time,
        duration(row.lag_seconds) if row.lag_seconds is not None else None,
        row.covered,
        row.raw_files,
        row.raw_bytes,
        row.table_rows,
        shown(row.gaps),
        row.plan,
        row.error,
    )
