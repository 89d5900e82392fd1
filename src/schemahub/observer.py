"""An observer that has settings, or something to hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from schemahub.events import Event


class ConfiguredObserver(ABC):
    """Watches the runs of one hub, as its options say.

    Register the class under the entry-point group `schemahub.observers`, by the hook `schemahub_observer`.
    Whatever it does wrong is reported once, and the run goes on without it.
    """

    Options: ClassVar[type[BaseModel] | None] = None
    """A pydantic model of the settings `observers.{name}`; without one there are none."""

    @classmethod
    @abstractmethod
    def of_options(cls, options: Mapping[str, object]) -> Self | None:
        """Return the observer of a hub, or None if it is not switched on: no event reaches it then.

        `options` are those that a person set, checked against `Options`. Called once, in a process that may
        never send an event: what costs something is for later.
        """

    @abstractmethod
    def schemahub_event(self, event: Event) -> None:
        """Take note of an event: quickly, and in whatever thread it comes.

        `RunFinished` is the last one of a run, and the process may end after it.
        """
