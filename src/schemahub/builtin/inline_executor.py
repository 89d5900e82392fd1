"""The executor named `inline`: one call after another, in the thread that waits for it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Self, TypeVar

from schemahub.executor import Executor
from schemahub.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemahub.settings import ExecutorSettings

T = TypeVar("T")
R = TypeVar("R")


class InlineExecutor(Executor):
    """No parallelism between units; a unit has threads of its own where its settings say so."""

    @classmethod
    def open(cls, settings: ExecutorSettings, options: Mapping[str, object]) -> Self:
        """Return one; there is nothing to start."""
        del settings, options
        return cls()

    @property
    def workers(self) -> int:
        """Return 1."""
        return 1

    def submit(self, call: Callable[[T], R], unit: T, /) -> Future[R]:
        """Run the call now."""
        future: Future[R] = Future()
        try:
            future.set_result(call(unit))
        except BaseException as error:  # noqa: BLE001 - handed to whoever takes the result, as pools do
            future.set_exception(error)
        return future


@hookimpl
def schemahub_executor() -> type[Executor]:
    """Return the class."""
    return InlineExecutor
