"""Ctrl-C, and the interruption of a notebook's cell, as a wish to stop."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from schemahub._clock import Stop


@contextmanager
def interrupts(stop: Stop) -> Iterator[None]:
    """Set `stop` on the first interruption; the second one is a `KeyboardInterrupt`, as usual.

    Python would raise that anywhere: also where a pool's threads are waited for, which then work on, and
    between a write and its bookkeeping. Handlers that somebody else has installed are left alone.
    """
    usual = signal.default_int_handler
    # Python delivers signals to the main thread only, and refuses handlers from others.
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not usual:
        yield
        return

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        signal.signal(signal.SIGINT, usual)
        stop.set("interrupted")

    signal.signal(signal.SIGINT, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
