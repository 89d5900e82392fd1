"""What ingestion returns."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.results import Grid, Result
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from schemahub._ingest.estimate import Estimate
    from schemahub.checkpoint import Checkpoint
    from schemahub.layout import StreamId


class ProductState(enum.Enum):
    """How a product's work ended."""

    DONE = "done"
    GAPS = "open gaps"
    OUT_OF_REACH = "partly out of reach"
    REBUILT = "checkpoint rebuilt, ranges missing"
    BUSY = "left to another runner"
    ELSEWHERE = "done by another runner"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOutcome:
    """One product's outcome; `reason` says why it is not done."""

    stream: StreamId
    state: ProductState
    trades: int = 0
    checkpoint: Checkpoint | None = None
    reason: str | None = None

    @property
    def complete(self) -> bool:
        """Tell whether nothing is left to do; work that another runner does is no failure of this one."""
        return self.state is ProductState.DONE or self.by_others

    @property
    def by_others(self) -> bool:
        """Tell whether another runner does this product's work, or has done it since this run began."""
        return self.state in {ProductState.BUSY, ProductState.ELSEWHERE}


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult(Result):
    """The outcome of `ingest`, `backfill` or `gaps --recheck`."""

    command: str
    exchange: str
    products: tuple[ProductOutcome, ...]
    seconds: float

    @property
    def complete(self) -> bool:
        """Tell whether every product is."""
        return all(product.complete for product in self.products)

    @property
    def failed(self) -> int:
        """Count the products that are not."""
        return sum(not product.complete for product in self.products)

    @property
    def unfinished(self) -> bool:
        """Tell whether a product's work failed or was stopped, whatever it found."""
        return any(each.state in {ProductState.FAILED, ProductState.STOPPED} for each in self.products)

    @property
    def trades(self) -> int:
        """Return how many trades this run added to raw."""
        return sum(product.trades for product in self.products)

    def headline(self) -> str:
        """Say what was stored, what others do, and what is not done."""
        text = f"{self.command}: {self.trades:,} trades of {self.exchange} stored in {self.seconds:.1f} s"
        others = sum(outcome.by_others for outcome in self.products)
        left = sum(not outcome.complete for outcome in self.products)
        if others:
            text += f"; {others} of {len(self.products)} products by other runners"
        return text + (f"; {left} of {len(self.products)} products are not complete" if left else "")

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a product, and why some are not complete."""
        columns = ("product", "state", "new trades", "covered", "watermark", "its time", "open gaps")
        reasons = tuple((each.stream.product, each.reason) for each in self.products if each.reason)
        return (
            Grid(title="", columns=columns, rows=tuple(map(_row, self.products))),
            Grid(title="why", columns=("product", "reason"), rows=reasons),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateResult(Result):
    """The outcome of `--dry-run`: nothing was written."""

    command: str
    exchange: str
    products: tuple[Estimate, ...]
    requests_per_second: float

    @property
    def complete(self) -> bool:
        """Tell whether every product could be estimated."""
        return all(product.error is None for product in self.products)

    @property
    def minutes(self) -> float:
        """Return how long the rate limit alone makes it take."""
        return sum(product.requests for product in self.products) / self.requests_per_second / 60

    def headline(self) -> str:
        """Say how much there is to do."""
        trades = sum(product.trades for product in self.products)
        requests = sum(product.requests for product in self.products)
        return (
            f"{self.command} would fetch {trades:,} trades with {requests:,} requests (one a page), "
            f"at least {self.minutes:.1f} minutes at {self.requests_per_second:g} a second; "
            "nothing was written"
        )

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a product."""
        columns = ("product", "trades", "requests", "first", "last", "error")
        rows = tuple(
            (each.stream.product, each.trades, each.requests, _id(each.first), _id(each.last), each.error)
            for each in self.products
        )
        return (Grid(title="", columns=columns, rows=rows),)


def _row(outcome: ProductOutcome) -> tuple[object, ...]:
    checkpoint = outcome.checkpoint
    mark = checkpoint.watermark if checkpoint else None
    return (
        outcome.stream.product,
        outcome.state.value,
        outcome.trades,
        len(checkpoint.covered) if checkpoint else None,
        _id(mark.position) if mark else None,
        ns_to_iso(mark.time_ns) if mark and mark.time_ns is not None else None,
        len(checkpoint.open_gaps) if checkpoint else None,
    )


def _id(position: int | None) -> str | None:
    # An id is no amount: no separators.
    return None if position is None else str(position)
