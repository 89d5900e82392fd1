"""What `verify` found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, State, counted
from schemahub._quality.completeness import Completeness, shown, total
from schemahub.results import BEGIN, Grid, Result, steps_of

if TYPE_CHECKING:
    from schemahub.layout import StreamId
    from schemahub.spans import SpanSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductProof:
    """One product: what raw holds of it, what it lacks, what the table holds, and each check.

    `completeness` says what a proof of it is worth. `positions` are those that raw covers, `trades` how many
    of them it holds (where sparse batches overlap: at least). `overlaps` counts the trades that it holds more
    than once; `open_gaps`, `known_gaps` (confirmed or out of reach) and `requested` those that it lacks: None
    where there are some, and ids with holes do not tell how many. `rows` is None without a table.
    """

    stream: StreamId
    completeness: Completeness
    positions: SpanSet
    trades: int
    batches: int
    overlaps: int | None
    open_gaps: int | None
    known_gaps: int | None
    requested: int | None
    rows: int | None
    quarantined: int
    checks: tuple[Check, ...]
    verdict: str
    """`complete`, for sparse ids `complete (chained)`, or the names of the checks that failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyResult(Result):
    """A proof, or what keeps it from being one; `table` are the checks of the table as a whole."""

    deep: bool
    has_table: bool
    products: tuple[ProductProof, ...]
    table: tuple[Check, ...]

    @property
    def complete(self) -> bool:
        """Tell whether something was checked and nothing failed; warnings and notes are told, no more."""
        return bool(self.products) and not self._with(State.FAILED)

    def headline(self) -> str:
        """Say what is proved, and by which means; never more than was looked at."""
        if not self.products:
            return "NOT complete: there is nothing to verify"
        bad = self._with(State.FAILED)
        if bad:
            where, check = bad[0]
            more = f"; {counted(len(bad) - 1, 'more check')} failed" if len(bad) > 1 else ""
            return f"NOT complete: {where}: {check.evidence}{more}"
        trades = sum(proof.trades for proof in self.products)
        warned = self._with(State.WARNING)
        tail = f"; {counted(len(warned), 'warning')}" if warned else ""
        chained = sum(proof.completeness is Completeness.CHAINED for proof in self.products)
        found = f"{counted(trades, 'trade')} of {counted(len(self.products), 'product')}"
        found += f" ({chained:,} chained)" if chained else ""
        return f"verified by {self._means()}: {found}, {self._missing()}, {self._doubled()}{tail}"

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a product, then every check that is not plainly well."""
        findings = tuple(
            (where, check.name, check.state.value, check.evidence, check.hint)
            for where, check in self._all()
            if check.state is not State.OK
        )
        columns = ("where", "check", "state", "found", "what to do")
        return (
            Grid(title="products", columns=_COLUMNS, rows=tuple(map(_row, self.products))),
            Grid(title="findings", columns=columns, rows=findings),
        )

    def next_steps(self) -> tuple[str, ...]:
        """Return the commands that mend what was found."""
        if not self.products:
            return (BEGIN,)
        return steps_of(check.hint for _, check in self._all() if check.state is not State.OK)

    def _all(self) -> list[tuple[str, Check]]:
        found = [("table", check) for check in self.table]
        return found + [(str(proof.stream), check) for proof in self.products for check in proof.checks]

    def _with(self, state: State) -> list[tuple[str, Check]]:
        return [(where, check) for where, check in self._all() if check.state is state]

    def _means(self) -> str:
        raw = "raw content" if self.deep else "raw names"
        return f"{raw} and table" if self.has_table else f"{raw} (no table yet)"

    def _missing(self) -> str:
        known = total(proof.known_gaps for proof in self.products)
        if known == 0:
            return "none missing"
        return f"none missing but {_number(known)} that the exchange does not serve"

    def _doubled(self) -> str:
        doubled = total(proof.overlaps for proof in self.products)
        if doubled == 0:
            return "none twice"
        return f"{_number(doubled)} twice in raw{', once in the table' if self.has_table else ''}"


_COLUMNS = (
    "product",
    "trades",
    "batches",
    "overlaps",
    "open gaps",
    "known gaps",
    "requested",
    "rows",
    "quarantined",
    "verdict",
)


_COMPLETE = {Completeness.PROVED: "complete", Completeness.CHAINED: "complete (chained)"}


def verdict_of(checks: tuple[Check, ...], completeness: Completeness) -> str:
    """Return `complete`, and how that is known where it is not proved; or what failed."""
    names = dict.fromkeys(check.name for check in checks if check.state is State.FAILED)
    return f"NOT complete: {', '.join(names)}" if names else _COMPLETE[completeness]


def _number(trades: int | None) -> str:
    return "some (how many is unknown)" if trades is None else f"{trades:,}"


def _row(proof: ProductProof) -> tuple[object, ...]:
    return (
        str(proof.stream),
        proof.trades,
        proof.batches,
        *map(shown, (proof.overlaps, proof.open_gaps, proof.known_gaps, proof.requested)),
        proof.rows,
        proof.quarantined,
        proof.verdict,
    )
