"""A simulated exchange in the words of a command line."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from schemahub._plugins import installed, load
from schemahub.errors import ConfigError
from schemahub.testing.simulator.exchange import SimulatedExchange
from schemahub.testing.simulator.faults import FaultPlan, parse_fault
from schemahub.testing.simulator.products import ProductSpec
from schemahub.testing.simulator.replay import Replay, product_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemahub.testing.simulator.dialect import Dialect
    from schemahub.testing.simulator.knobs import Knobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a person asked for; `build` raises `ConfigError` for what cannot be had.

    `faults` are `KIND:P`. With `replays` (files), `products` names the product of each, or is empty: then
    the files' names tell. Without, it names the products to generate, or is empty: then there are a few.
    `knobs` are those that are not to be the exchange's own.
    """

    exchange: str
    replays: Sequence[str] = ()
    products: Sequence[str] = ()
    trades: int | None = None
    hours: float = 24.0
    faults: Sequence[str] = ()
    knobs: Mapping[str, Any] = field(default_factory=dict)

    def build(self) -> SimulatedExchange:
        """Return the exchange."""
        dialect = _dialect(self.exchange)
        knobs = replace(dialect.default_knobs, **self.knobs)
        specs = self._replayed(dialect(knobs, ())) if self.replays else self._generated(dialect)
        ids = [spec.id for spec in specs]
        if len(set(ids)) < len(ids):
            msg = "a product is given twice"
            raise ConfigError(msg, found=", ".join(ids))
        return SimulatedExchange(dialect, specs, knobs=knobs, faults=self._faults(knobs))

    def _faults(self, knobs: Knobs) -> FaultPlan:
        rates = {fault: rate for text in self.faults for fault, rate in parse_fault(text).items()}
        return FaultPlan(rates=rates, seed=knobs.seed)

    def _generated(self, dialect: type[Dialect]) -> list[ProductSpec]:
        known = {spec.id: spec for spec in dialect.default_products}
        specs = [known.get(name, ProductSpec(id=name)) for name in self.products] or known.values()
        sized = specs if self.trades is None else [replace(spec, trades=self.trades) for spec in specs]
        return [replace(spec, history_seconds=self.hours * 3600) for spec in sized]

    def _replayed(self, dialect: Dialect) -> list[ProductSpec]:
        if self.products and len(self.products) != len(self.replays):
            msg = "a product for each replayed file, or for none"
            raise ConfigError(msg, expected=str(len(self.replays)), found=str(len(self.products)))
        names = self.products or [_product_of(file) for file in self.replays]
        return [
            ProductSpec(id=name, replay=Replay.load(file, dialect.read), trades=self.trades)
            for name, file in zip(names, self.replays, strict=True)
        ]


def _dialect(exchange: str) -> type[Dialect]:
    names = dict.fromkeys(info.name for info in installed("simulators"))
    if exchange not in names:
        msg = "no simulation of this exchange"
        near = difflib.get_close_matches(exchange, names, n=1)
        missing = f"Is its plugin installed? pip install schemahub-{exchange}"
        hint = f"Did you mean {near[0]!r}?" if near else missing
        raise ConfigError(msg, expected=" or ".join(names), found=exchange, hint=hint)
    return load("simulators", exchange)


def _product_of(file: str) -> str:
    name = product_in(file)
    if name is None:
        msg = "the file's name does not tell the product"
        raise ConfigError(msg, where=file, expected="a name like BTC-USD in it", hint="Or give --product")
    return name
