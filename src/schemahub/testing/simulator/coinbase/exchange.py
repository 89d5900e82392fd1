"""A Coinbase Exchange that runs in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.testing.simulator.coinbase.dialect import CoinbaseDialect
from schemahub.testing.simulator.exchange import SimulatedExchange
from schemahub.testing.simulator.knobs import Knobs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._clock import Clock
    from schemahub.testing.simulator.coinbase.catalogue import Catalogue
    from schemahub.testing.simulator.faults import FaultPlan
    from schemahub.testing.simulator.products import ProductSpec


class SimulatedCoinbase(SimulatedExchange):
    """A simulated exchange that speaks as Coinbase does."""

    def __init__(
        self,
        products: Sequence[ProductSpec] = CoinbaseDialect.default_products,
        *,
        knobs: Knobs | None = None,
        faults: FaultPlan | None = None,
        clock: Clock | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        """Open the markets; `catalogue` replaces the list of products (one without trades serves none)."""
        super().__init__(CoinbaseDialect(knobs or Knobs(), products, catalogue), faults=faults, clock=clock)
