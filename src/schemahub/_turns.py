"""Whose turn it is: what somebody else has in hand comes again, once, after all the rest."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(Generic[T]):
    """One item's turn; after the `last` one there is no other."""

    item: T
    last: bool


class Turns(Generic[T]):
    """Deals items out to threads in the order given, each to one of them."""

    def __init__(self, items: Iterable[T]) -> None:
        """Queue all items."""
        self._waiting = deque(Turn(item=item, last=False) for item in items)
        self._lock = threading.Lock()

    def next(self) -> Turn[T] | None:
        """Return the next turn; None when nothing waits."""
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def again(self, turn: Turn[T]) -> None:
        """Queue an item for its last turn, behind all that wait."""
        with self._lock:
            self._waiting.append(Turn(item=turn.item, last=True))
