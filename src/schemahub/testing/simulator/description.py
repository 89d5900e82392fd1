"""A simulated exchange in the words of a command line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError
from schemahub.testing.simulator.exchange import SimulatedCoinbase
from schemahub.testing.simulator.faults import FaultPlan, parse_fault
from schemahub.testing.simulator.knobs import Knobs
from schemahub.testing.simulator.products import DEFAULT_PRODUCTS, ProductSpec
from schemahub.testing.simulator.replay import Replay, product_in

if TYPE_CHECKING:
    from collections.abc import Sequence

EXCHANGES = {"coinbase": SimulatedCoinbase}


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a person asked for; `build` raises `ConfigError` for what cannot be had.

    `faults` are `KIND:P`. With `replays` (files), `products` names the product of each, or is empty: then
    the files' names tell. Without, it names the products to generate, or is empty: then there are a few.
    """

    exchange: str
    replays: Sequence[str] = ()
    products: Sequence[str] = ()
    trades: int | None = None
    hours: float = 24.0
    faults: Sequence[str] = ()
    knobs: Knobs = field(default_factory=Knobs)

    def build(self) -> SimulatedCoinbase:
        """Return the exchange."""
        if self.exchange not in EXCHANGES:
            msg = "no simulation of this exchange"
            raise ConfigError(msg, expected=" or ".join(EXCHANGES), found=self.exchange)
        specs = self._replayed() if self.replays else self._generated()
        ids = [spec.id for spec in specs]
        if len(set(ids)) < len(ids):
            msg = "a product is given twice"
            raise ConfigError(msg, found=", ".join(ids))
        return EXCHANGES[self.exchange](specs, knobs=self.knobs, faults=self._faults())

    def _faults(self) -> FaultPlan:
        rates = {fault: rate for text in self.faults for fault, rate in parse_fault(text).items()}
        return FaultPlan(rates=rates, seed=self.knobs.seed)

    def _generated(self) -> list[ProductSpec]:
        specs = [ProductSpec(id=name) for name in self.products] or DEFAULT_PRODUCTS
        sized = specs if self.trades is None else [replace(spec, trades=self.trades) for spec in specs]
        return [replace(spec, history_seconds=self.hours * 3600) for spec in sized]

    def _replayed(self) -> list[ProductSpec]:
        if self.products and len(self.products) != len(self.replays):
            msg = "a product for each replayed file, or for none"
            raise ConfigError(msg, expected=str(len(self.replays)), found=str(len(self.products)))
        names = self.products or [_product_of(file) for file in self.replays]
        return [
            ProductSpec(id=name, replay=Replay.load(file), trades=self.trades)
            for name, file in zip(names, self.replays, strict=True)
        ]


def _product_of(file: str) -> str:
    name = product_in(file)
    if name is None:
        msg = "the file's name does not tell the product"
        raise ConfigError(msg, where=file, expected="a name like BTC-USD in it", hint="Or give --product")
    return name
