"""Ctrl-C and SIGTERM become a wish to stop: the run saves what it has and ends."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from schemahub._clock import Stop

BY_PLATFORM = "stopped by SIGTERM"
"""The reason of a stop that a platform (ECS, systemd, `docker stop`) asked for, not a person."""
_STDERR = 2
_NOTICE = b"\nstopping: saving what is in hand (once more to leave at once)\n"


@contextmanager
def stopping(stop: Stop, *, quiet: bool = False) -> Iterator[None]:
    """Set `stop` on the first signal; the second has its usual, abrupt effect.

    With `quiet` nothing is said of it: there is nothing to save.
    """
    # Python delivers signals to the main thread only, and refuses handlers from others.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def on_signal(number: int, frame: FrameType | None) -> None:
        del frame
        for each, handler in before.items():
            signal.signal(each, handler)
        # Written past Python's buffers: the signal may have come in the middle of a print.
        if not quiet:
            os.write(_STDERR, _NOTICE)
        stop.set(f"stopped by {signal.Signals(number).name}")

    for number in before:
        signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
