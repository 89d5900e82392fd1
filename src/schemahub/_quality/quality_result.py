"""What `status --quality` found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, State, counted
from schemahub.results import BEGIN, Grid, Result, steps_of

if TYPE_CHECKING:
    from schemahub._quality.day_figures import DayFigures
    from schemahub.layout import StreamId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductQuality:
    """One product: the judged days, the oldest first, and each check."""

    stream: StreamId
    checks: tuple[Check, ...]
    days: tuple[DayFigures, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeQuality:
    """What holds for all products of an exchange."""

    exchange: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityResult(Result):
    """Judgements, not proofs. A failed check is wrong data or a late product; a warning is unusual."""

    strict: bool
    products: tuple[ProductQuality, ...]
    exchanges: tuple[ExchangeQuality, ...]

    @property
    def complete(self) -> bool:
        """Tell whether something was judged and nothing failed; where `strict`, not even a warning."""
        bad = [State.FAILED, State.WARNING] if self.strict else [State.FAILED]
        return bool(self.products) and not any(check.state in bad for _, check in self._all())

    def headline(self) -> str:
        """Count what was found, the first of the worst in full."""
        if not self.products:
            return "there is nothing to judge"
        days = sum(len(product.days) for product in self.products)
        looked = f"{counted(len(self.products), 'product')}, {counted(days, 'day')}"
        failed, warned = (
            [found for found in self._all() if found[1].state is state]
            for state in (State.FAILED, State.WARNING)
        )
        if not failed and not warned:
            return f"{looked}: nothing unusual"
        where, check = (failed or warned)[0]
        counts = f"{len(failed):,} failed, {counted(len(warned), 'warning')}"
        return f"{looked}: {counts}; {where}: {check.evidence}"

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a product, then every check that is not plainly well."""
        findings = tuple(
            (where, check.name, check.state.value, check.evidence, check.hint)
            for where, check in self._all()
            if check.state is not State.OK
        )
        return (
            Grid(title="products", columns=_COLUMNS, rows=tuple(map(_row, self.products))),
            Grid(title="findings", columns=("where", "check", "state", "found", "what to do"), rows=findings),
        )

    def next_steps(self) -> tuple[str, ...]:
        """Return the commands that mend what was found."""
        if not self.products:
            return (BEGIN,)
        return steps_of(check.hint for _, check in self._all() if check.state is not State.OK)

    def _all(self) -> list[tuple[str, Check]]:
        found = [(str(each.stream), check) for each in self.products for check in each.checks]
        return found + [(each.exchange, check) for each in self.exchanges for check in each.checks]


_COLUMNS = ("product", "from", "to", "days", "trades", "quantity", "unusual prices", "failed", "warnings")


def _row(product: ProductQuality) -> tuple[object, ...]:
    days, states = product.days, [check.state for check in product.checks]
    return (
        str(product.stream),
        days[0].trade_date if days else None,
        days[-1].trade_date if days else None,
        len(days),
        sum(day.trades for day in days),
        sum(day.quantity for day in days),
        sum(day.spikes for day in days),
        states.count(State.FAILED),
        states.count(State.WARNING),
    )
