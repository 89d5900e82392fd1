"""How well one day of one stream is known."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub.spans import SpanSet


class DayState(enum.Enum):
    """What can be said of a day, the best first; where several apply, the worst is said."""

    COMPLETE = "complete"
    """Every position of the day is in the table or its quarantine; see `Completeness`."""
    PENDING = "pending"
    """Not decided yet: not transformed, not ended, or never asked for."""
    OUT_OF_REACH = "out_of_reach"
    """Positions are missing that the exchange no longer serves."""
    HOLED = "holed"
    """Positions are missing: gaps, or a backfill that is not finished."""


SEVERITY = {state: rank for rank, state in enumerate(DayState)}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCondition:
    """One UTC day of one stream: the trades that the table has, what is missing, and why.

    A hole touches the days of both its neighbours and all days between: which of them its trades belong
    to is not known, so each names the whole range.
    """

    trade_date: str
    state: DayState
    trades: int
    missing: SpanSet
    reason: str
