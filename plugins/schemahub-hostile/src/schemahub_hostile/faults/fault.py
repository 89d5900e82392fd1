"""A fault, and where all of them are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub import Connector

K = TypeVar("K", bound="type[Connector]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A connector that breaks one rule, and how.

    `sparse`: the exchange has sparse ids. `edit`: a text of the mapping, and what stands there instead.
    """

    rule: str
    how: str
    kind: type[Connector]
    sparse: bool = False
    edit: tuple[str, str] | None = None


FAULTS: dict[str, Fault] = {}
"""Every fault by the rule that it breaks."""


def breaks(
    rule: str, how: str, *, sparse: bool = False, edit: tuple[str, str] | None = None
) -> Callable[[K], K]:
    """Note that a class breaks a rule; each rule is broken once."""

    def note(kind: K) -> K:
        if rule in FAULTS:
            msg = f"{rule} is broken twice: by {FAULTS[rule].kind.__name__} and by {kind.__name__}"
            raise ValueError(msg)
        FAULTS[rule] = Fault(rule=rule, how=how, kind=kind, sparse=sparse, edit=edit)
        return kind

    return note
