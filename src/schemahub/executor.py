"""Where units of work are done: in this process, or on the machines of an engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from types import TracebackType

    from pydantic import BaseModel

    from schemahub.settings import ExecutorSettings

T = TypeVar("T")
R = TypeVar("R")


class Executor(ABC):
    """Runs calls somewhere and hands back their futures.

    An engine brings workers, a queue, and the news that a worker is lost. The bound on what is in flight,
    the retries and the end of it all are the core's, the same for every engine. Exactness is neither's:
    plans and commits make the lake exact, so a call may be run twice, and at the same time.

    `inline` and `threads` are the core's. Register another one under the entry-point group
    `schemahub.executors`.
    """

    Options: ClassVar[type[BaseModel] | None] = None
    """A pydantic model of the settings `executors.{name}`; without one there are none."""
    remote: ClassVar[bool] = False
    """Whether calls leave this process. Then they and their results are pickled, and workers open the lake
    themselves, from its URL and the settings: so it cannot be one in this process's memory."""

    @classmethod
    @abstractmethod
    def open(cls, settings: ExecutorSettings, options: Mapping[str, object]) -> Self:
        """Start workers, or connect to those at `settings.address`; `ConfigError` if that cannot be.

        `options` are those that a person set, checked against `Options`.
        """

    @property
    @abstractmethod
    def workers(self) -> int:
        """Return how many calls run at the same time."""

    @abstractmethod
    def submit(self, call: Callable[[T], R], unit: T, /) -> Future[R]:
        """Run `call(unit)` on some worker; the future has what it returned or raised."""

    def is_lost(self, error: BaseException) -> bool:
        """Tell whether a call failed because its worker was lost; it is then submitted again."""
        del error
        return False

    def close(self) -> None:  # noqa: B027 - an executor may have nothing to let go of
        """Let go of the workers; those that `open` started end."""

    def __enter__(self) -> Self:
        """Return the executor; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()
