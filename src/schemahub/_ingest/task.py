"""What a command asks of each product, and what of it is not there while another runner has the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.checkpoint import PlanKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._ingest.product import ProductIngest


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One command's work on a product.

    `do` does it. Where another runner holds the product, `lacking` says instead what of it the lake does not
    show, or None. `follows`: the holder brings the rest by what it does, so nothing need be there yet.
    """

    do: Callable[[ProductIngest], None]
    lacking: Callable[[ProductIngest], str | None]
    follows: bool = False


def live_task(since_ns: int, asked_us: int) -> Task:
    """Return the work of `ingest`: another runner on its way to the head is as good."""
    return Task(do=lambda engine: engine.live(since_ns, asked_us), lacking=_not_live, follows=True)


def backfill_task(start_ns: int, end_ns: int) -> Task:
    """Return the work of `backfill`: another runner may be at another range, so what is stored counts."""

    def lacking(engine: ProductIngest) -> str | None:
        return "not all of the range is stored" if engine.lacking(start_ns, end_ns) else None

    return Task(do=lambda engine: engine.backfill(start_ns, end_ns), lacking=lacking)


def fill_task() -> Task:
    """Return the work of `backfill --fill-gaps`."""
    return Task(
        do=lambda engine: engine.fill_gaps(), lacking=lambda engine: _missing(engine) or _gaps(engine)
    )


def recheck_task() -> Task:
    """Return the work of `gaps --recheck`."""
    return Task(do=lambda engine: engine.recheck(), lacking=_gaps)


def _not_live(engine: ProductIngest) -> str | None:
    """Say so if the holder fetches the past: nothing tells that it goes on to the head."""
    stored = engine.stored()
    plan = stored.plan if stored else None
    return "it fetches the past, not what is new" if plan and plan.kind is PlanKind.BACKFILL else None


def _missing(engine: ProductIngest) -> str | None:
    stored = engine.stored()
    missing = stored and stored.requested - stored.accounted
    return "not all that was requested is stored" if missing else None


def _gaps(engine: ProductIngest) -> str | None:
    stored = engine.stored()
    return "its gaps are not read again" if stored and stored.gaps else None
