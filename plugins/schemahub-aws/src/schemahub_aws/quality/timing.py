"""A function is cut off at its time limit, without a word; so it stops by itself shortly before."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub import Stop

_RESERVE = 0.1
"""The share of the time that is kept for sending what was found."""
_MS_PER_SECOND = 1_000


@contextmanager
def stopping_before_the_end(context: object, stop: Stop) -> Iterator[None]:
    """Set `stop` a tenth of the remaining time before the end; without Lambda's context, never."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    if remaining is None:
        yield
        return
    seconds = remaining() / _MS_PER_SECOND * (1 - _RESERVE)
    timer = threading.Timer(seconds, stop.set, [f"the function's time is nearly up ({seconds:.0f} s)"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
