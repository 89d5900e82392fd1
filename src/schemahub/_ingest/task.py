"""What a command asks of each product, and what becomes of it while another runner has the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from schemahub._ingest.report import ProductState
from schemahub.checkpoint import PlanKind
from schemahub.spans import SpanSet, span_set

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._ingest.product import ProductIngest
    from schemahub.checkpoint import Checkpoint


class Left(NamedTuple):
    """What is known of a product that another runner holds.

    `DONE`: what was asked for is stored. `BUSY`: it comes by what that runner does. `HELD`: neither, and
    `why`.
    """

    state: ProductState
    why: str | None = None


DONE, BUSY = Left(ProductState.DONE), Left(ProductState.BUSY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One command's work on a product: `do` does it, `left` looks what another runner makes of it."""

    do: Callable[[ProductIngest], None]
    left: Callable[[ProductIngest], Left]


def live_task(since_ns: int, asked_us: int) -> Task:
    """Return the work of `ingest`: another runner on its way to the head is as good."""
    return Task(do=lambda engine: engine.live(since_ns, asked_us), left=_live)


def backfill_task(start_ns: int, end_ns: int) -> Task:
    """Return the work of `backfill`: another runner may be at another range, so that is looked at."""

    def left(engine: ProductIngest) -> Left:
        lacking = engine.lacking(start_ns, end_ns)
        if not lacking:
            return DONE
        if _coming(engine.stored()).covers(lacking):
            return BUSY
        return _held("not all of the range is stored, or being fetched")

    return Task(do=lambda engine: engine.backfill(start_ns, end_ns), left=left)


def fill_task() -> Task:
    """Return the work of `backfill --fill-gaps`."""

    def left(engine: ProductIngest) -> Left:
        stored = engine.stored()
        if stored and stored.requested - stored.accounted:
            return _held("not all that was requested is stored")
        return _gaps(engine)

    return Task(do=lambda engine: engine.fill_gaps(), left=left)


def recheck_task() -> Task:
    """Return the work of `gaps --recheck`."""
    return Task(do=lambda engine: engine.recheck(), left=_gaps)


def _live(engine: ProductIngest) -> Left:
    """Look whether the holder fetches the past: nothing tells that it goes on to the head."""
    stored = engine.stored()
    past = stored and stored.plan and stored.plan.kind is PlanKind.BACKFILL
    return _held("it fetches the past, not what is new") if past else BUSY


def _gaps(engine: ProductIngest) -> Left:
    stored = engine.stored()
    return _held("its gaps are not read again") if stored and stored.gaps else DONE


def _coming(stored: Checkpoint | None) -> SpanSet:
    """Return what whoever holds the product is at, and what was requested of it, by whomever."""
    if stored is None:
        return SpanSet()
    return stored.requested | span_set(stored.plan.span if stored.plan else None)


def _held(why: str) -> Left:
    return Left(ProductState.HELD, why)
