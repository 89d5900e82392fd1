"""Who is told of a run, and its first and last event."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from schemahub.events import RunFinished, RunStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemahub._clock import Clock
    from schemahub._config import Settings
    from schemahub.events import Emit, Observer
    from schemahub.results import Result

R = TypeVar("R", bound="Result")


def observed_by(given: Sequence[Observer], settings: Settings) -> Emit:
    """Return what tells these observers, and those of plugins that the settings switch on."""
    from schemahub._config import plugin_options
    from schemahub._plugins.observing import observers

    options = partial(plugin_options, settings, "observers")
    return observers(*given, named=settings.observers, options=options)


def between_run_events(  # noqa: PLR0913 - what the two events say
    work: Callable[[], R],
    *,
    command: str,
    clock: Clock,
    emit: Emit,
    exchange: str | None = None,
    products: Sequence[str] = (),
) -> R:
    """Do a command's work and return its result.

    `RunFinished` is sent after everything else, also where the work raises: nobody has to guess whether a
    run that is no longer heard of is still going on.
    """
    began = clock.monotonic()

    def finish(failures: int, error: str | None = None) -> None:
        seconds = clock.monotonic() - began
        emit(RunFinished(command=command, exchange=exchange, failed=failures, seconds=seconds, error=error))

    emit(RunStarted(command=command, exchange=exchange, products=tuple(products)))
    try:
        result = work()
    except BaseException as error:
        finish(0, str(error) or type(error).__name__)
        raise
    finish(result.failed)
    return result
