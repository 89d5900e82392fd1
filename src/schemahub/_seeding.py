"""`update-seed`: an exchange's product list into the lake."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._exchange import connected
from schemahub._lake.symbols import learn_symbols
from schemahub._seed import collected, write_seed
from schemahub.errors import UnknownProduct
from schemahub.results import Grid, Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._collecting import Collecting
    from schemahub._ingest.report import ExchangeFailure
    from schemahub.model import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedResult(Result):
    """What the exchange lists, and what will be collected."""

    exchange: str
    products: tuple[Product, ...]

    @property
    def complete(self) -> bool:
        """Tell whether the seed was written: always, or an error was raised."""
        return True

    def headline(self) -> str:
        """Count the products."""
        kept, listed = len(collected(self.products)), len(self.products)
        left = "" if kept == listed else ": the others no longer trade, or are another's trades renamed"
        return f"seed of {self.exchange}: {kept:,} products to collect, of {listed:,} listed{left}"

    def next_steps(self) -> tuple[str, ...]:
        """Return what the seed is for."""
        return (f"schemahub ingest --exchange {self.exchange}",)

    def grids(self) -> tuple[Grid, ...]:
        """Count the products to collect by quote currency."""
        counts: dict[str, int] = {}
        chosen = set(collected(self.products))
        for product in self.products:
            if product.id in chosen:
                counts[product.quote] = counts.get(product.quote, 0) + 1
        rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return (Grid(title="", columns=("quote", "products"), rows=tuple(rows)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedsResult(Result):
    """What several exchanges list, and which of them could not be asked."""

    seeds: tuple[SeedResult, ...]
    failures: tuple[ExchangeFailure, ...]

    @property
    def complete(self) -> bool:
        """Tell whether every exchange's seed was written."""
        return not self.failures

    @property
    def failed(self) -> int:
        """Count the exchanges whose seed is as it was."""
        return len(self.failures)

    def headline(self) -> str:
        """Count the products of all exchanges."""
        kept = sum(len(collected(seed.products)) for seed in self.seeds)
        failed = ", ".join(failure.exchange for failure in self.failures)
        text = f"seeds of {len(self.seeds)} exchanges: {kept:,} products to collect"
        return text + (f"; nothing could be done for {failed}" if failed else "")

    def grids(self) -> tuple[Grid, ...]:
        """Show one line an exchange."""
        rows: list[tuple[object, ...]] = [
            (seed.exchange, len(collected(seed.products)), len(seed.products), None) for seed in self.seeds
        ]
        rows += [(failure.exchange, None, None, failure.reason) for failure in self.failures]
        return (Grid(title="", columns=("exchange", "to collect", "listed", "error"), rows=tuple(rows)),)


def update_seed(job: Collecting) -> SeedResult:
    """Ask the exchange for its products and write the seed: all, or those that the job names.

    Where ids are no symbols, what all of them stand for is kept as well.
    """
    with connected(job.exchange, job.settings, clock=job.clock, stop=job.stop, emit=job.emit) as exchange:
        listed = exchange.http.call(exchange.connector.products)
        told = exchange.connector.product_is_symbol
    if not told:
        learn_symbols(job.lake.store, job.exchange, listed)
    chosen = _chosen(listed, job.products) if job.products else listed
    write_seed(job.lake.store, job.exchange, chosen)
    return SeedResult(exchange=job.exchange, products=tuple(chosen))


def _chosen(listed: Sequence[Product], names: Sequence[str]) -> list[Product]:
    known = {product.id: product for product in listed}
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"Did you mean {close[0]}?" if close else None
            msg = "the exchange does not list this product"
            raise UnknownProduct(msg, found=repr(name), hint=hint)
    return [known[name] for name in dict.fromkeys(names)]
