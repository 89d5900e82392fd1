"""A faulty class by the rule that it breaks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K", bound="type[Any]")


class Other(NamedTuple):
    """How a rule is broken, and by which class."""

    how: str
    kind: type[Any]


OTHERS: dict[str, Other] = {}


def breaks(rule: str, how: str) -> Callable[[K], K]:
    """Note that a class breaks a rule; each rule is broken once."""

    def note(kind: K) -> K:
        assert rule not in OTHERS, rule
        OTHERS[rule] = Other(how, kind)
        return kind

    return note


def dawdle() -> None:
    """Leave the others of a race time to pass: between a look and a write lies a network."""
    time.sleep(0.01)
