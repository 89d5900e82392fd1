"""A result that is taken anew and drawn in place, until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.cli._output import console, drawn
from schemahub.errors import Cancelled, SchemahubError
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, Group

    from schemahub._clock import Clock, Stop
    from schemahub.results import Result


def watch(
    take: Callable[[], Result], seconds: float, clock: Clock, stop: Stop, screen: Console | None = None
) -> None:
    """Draw what `take` returns every so many seconds; return when `stop` is set.

    A failure is shown in its place, and the next look is taken all the same: a network comes back. The
    first one is raised, as without watching.
    """
    from rich.live import Live

    with Live(_frame(take(), seconds, clock), console=screen or console(), auto_refresh=False) as live:
        while _rested(seconds, clock, stop):
            try:
                frame = _frame(take(), seconds, clock)
            except Cancelled:
                return
            except SchemahubError as error:
                frame = _failed(error, clock)
            live.update(frame, refresh=True)


def _rested(seconds: float, clock: Clock, stop: Stop) -> bool:
    try:
        clock.wait(seconds, stop)
    except Cancelled:
        return False
    return True


def _frame(result: Result, seconds: float, clock: Clock) -> Group:
    from rich.console import Group
    from rich.text import Text

    footer = f"{ns_to_iso(clock.now_ns())}, every {seconds:g} s; Ctrl-C ends it"
    return Group(drawn(result), Text(footer, "dim"))


def _failed(error: SchemahubError, clock: Clock) -> Group:
    from rich.console import Group
    from rich.text import Text

    return Group(Text(f"{ns_to_iso(clock.now_ns())}: {error}", "red"))
