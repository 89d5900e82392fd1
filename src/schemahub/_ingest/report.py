"""What ingestion returns."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.model import Ids
from schemahub.results import Grid, Result
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from schemahub._ingest.estimate import Estimate
    from schemahub.checkpoint import Checkpoint
    from schemahub.layout import StreamId


class ProductState(enum.Enum):
    """How a product's work ended.

    Another runner has a product: what was asked for is stored (`ELSEWHERE`), or comes by what that runner
    does (`BUSY`), or neither is known (`HELD`).
    """

    DONE = "done"
    GAPS = "open gaps"
    OUT_OF_REACH = "partly out of reach"
    REBUILT = "checkpoint rebuilt, ranges missing"
    BUSY = "left to another runner"
    ELSEWHERE = "done by another runner"
    HELD = "held by another runner"
    STOPPED = "stopped"
    FAILED = "failed"


_NEXT = {
    ProductState.FAILED: "schemahub doctor",
    ProductState.STOPPED: "the same command again: it goes on from here",
    ProductState.HELD: "the same command again, once the other runner is done",
    ProductState.REBUILT: "schemahub backfill --fill-gaps",
    ProductState.GAPS: "schemahub gaps --recheck",
}

_UNDONE = {ProductState.FAILED, ProductState.STOPPED, ProductState.HELD}


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
        """Tell whether nothing is left to do, or another runner does it: that is no failure of this one."""
        return self.state is ProductState.DONE or self.by_others

    @property
    def by_others(self) -> bool:
        """Tell whether another runner does what was asked for, or has done it."""
        return self.state in {ProductState.BUSY, ProductState.ELSEWHERE}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFailure:
    """An exchange of several that nothing could be done for, and why."""

    exchange: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult(Result):
    """The outcome of `ingest`, `backfill` or `gaps --recheck`.

    `exchange` is None where several were worked on: each product's stream names its own.
    """

    command: str
    exchange: str | None
    products: tuple[ProductOutcome, ...]
    seconds: float
    failures: tuple[ExchangeFailure, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether every product of every exchange is."""
        return not self.failed

    @property
    def failed(self) -> int:
        """Count the products that are not, and the exchanges that nothing could be done for."""
        return sum(not product.complete for product in self.products) + len(self.failures)

    @property
    def unfinished(self) -> bool:
        """Tell whether a product's work failed, was stopped or could not begin, whatever it found."""
        states = {product.state for product in self.products}
        return bool(self.failures or states & _UNDONE)

    @property
    def stopped(self) -> bool:
        """Tell whether products were stopped, and all others are complete."""
        left = {product.state for product in self.products if not product.complete}
        return left == {ProductState.STOPPED} and not self.failures

    @property
    def trades(self) -> int:
        """Return how many trades this run added to raw."""
        return sum(product.trades for product in self.products)

    def headline(self) -> str:
        """Say what was stored, what others do, and what is not done."""
        of = self.exchange or "all exchanges"
        text = f"{self.command}: {self.trades:,} trades of {of} stored in {self.seconds:.1f} s"
        others = sum(outcome.by_others for outcome in self.products)
        left = sum(not outcome.complete for outcome in self.products)
        if others:
            text += f"; {others} of {len(self.products)} products by other runners"
        text += f"; {left} of {len(self.products)} products are not complete" if left else ""
        failed = ", ".join(failure.exchange for failure in self.failures)
        return text + (f"; nothing could be done for {failed}" if failed else "")

    def next_steps(self) -> tuple[str, ...]:
        """Return what gets products complete that are not."""
        states = {product.state for product in self.products}
        steps = [step for state, step in _NEXT.items() if state in states]
        steps += ["schemahub doctor"] if self.failures and ProductState.FAILED not in states else []
        return tuple(dict.fromkeys(steps))

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a product, and why some are not complete."""
        columns = ("state", "new trades", "covered", "watermark", "its time", "open gaps")
        failed = (ProductState.FAILED.value, 0, None, None, None, None)
        rows = [_named(each.stream, _row(each)) for each in self.products]
        rows += [(each.exchange, None, *failed) for each in self.failures]
        reasons = [_named(each.stream, (each.reason,)) for each in self.products if each.reason]
        reasons += [(each.exchange, None, each.reason) for each in self.failures]
        several = self.exchange is None
        return (
            _grid("", columns, rows, several=several),
            _grid("why", ("reason",), reasons, several=several),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateResult(Result):
    """The outcome of `--dry-run`: nothing was written.

    `minutes` is how long the rate limits alone make it take, as far as trades are known. Exchanges are asked
    at the same time (`exchange` is None where there are several), and `requests_per_second` is what they are
    sent together.
    """

    command: str
    exchange: str | None
    products: tuple[Estimate, ...]
    requests_per_second: float
    minutes: float
    failures: tuple[ExchangeFailure, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether every product could be estimated."""
        return not self.failures and all(product.error is None for product in self.products)

    def headline(self) -> str:
        """Say how much there is to do."""
        trades = sum(product.trades or 0 for product in self.products)
        requests = sum(product.requests or 0 for product in self.products)
        unknown = sum(product.trades is None for product in self.products)
        besides = f", and an unknown number of {unknown} products with sparse ids" if unknown else ""
        return (
            f"{self.command} would fetch {trades:,} trades with {requests:,} requests (one a page){besides}, "
            f"at least {self.minutes:.1f} minutes at {self.requests_per_second:g} a second; "
            "nothing was written"
        )

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a product."""
        columns = ("trades", "requests", "first", "last", "error")
        rows = [
            _named(each.stream, (each.trades, each.requests, _id(each.first), _id(each.last), each.error))
            for each in self.products
        ]
        rows += [(each.exchange, None, None, None, None, None, each.reason) for each in self.failures]
        return (_grid("", columns, rows, several=self.exchange is None),)


def _named(stream: StreamId, cells: tuple[object, ...]) -> tuple[object, ...]:
    return (stream.exchange, stream.product, *cells)


def _grid(title: str, columns: tuple[str, ...], rows: list[tuple[object, ...]], *, several: bool) -> Grid:
    """Return a grid of named rows; the exchange is left out where there is but one."""
    shown = rows if several else [row[1:] for row in rows]
    names = ("exchange", "product") if several else ("product",)
    return Grid(title=title, columns=(*names, *columns), rows=tuple(shown))


def _row(outcome: ProductOutcome) -> tuple[object, ...]:
    checkpoint = outcome.checkpoint
    mark = checkpoint.watermark if checkpoint else None
    return (
        outcome.state.value,
        outcome.trades,
        len(checkpoint.covered) if checkpoint and checkpoint.ids is Ids.DENSE else None,
        _id(mark.position) if mark else None,
        ns_to_iso(mark.time_ns) if mark and mark.time_ns is not None else None,
        len(checkpoint.open_gaps) if checkpoint else None,
    )


def _id(position: int | None) -> str | None:
    # An id is no amount: no separators.
    return None if position is None else str(position)
