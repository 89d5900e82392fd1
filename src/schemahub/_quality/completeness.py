"""How it is known that no trade is missing: what an exchange's ids allow."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from schemahub.model import Ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub.spans import Span, SpanSet


class Completeness(enum.Enum):
    """What "complete" stands for; a proof claims no more than its stream's ids can show."""

    PROVED = "proved"
    """Ids are consecutive: a missing trade is a missing number, whoever lost it."""
    CHAINED = "chained"
    """Ids have holes: each page held a trade of the one before, so that none fell between two of them."""

    @classmethod
    def of(cls, ids: Ids) -> Completeness:
        """Return what can be known of a stream with such ids."""
        return cls.CHAINED if ids is Ids.SPARSE else cls.PROVED

    def trades_in(self, lacking: SpanSet | Span) -> int | None:
        """Return how many trades positions without any stand for; None where nobody knows."""
        if not lacking or self is Completeness.PROVED:
            return len(lacking)
        return None


def total(numbers: Iterable[int | None]) -> int | None:
    """Add up; None if one of them is not known."""
    found = list(numbers)
    return None if None in found else sum(number for number in found if number is not None)


def shown(number: int | None) -> object:
    """Return what a grid shows of a number of trades: a question mark where it is not known."""
    return "?" if number is None else number
