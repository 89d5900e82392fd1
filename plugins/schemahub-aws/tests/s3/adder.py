"""Run as a process of its own: `adder.py URL FIRST THREADS TIMES`, on a real lake."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import schemahub
from schemahub.checkpoint import Checkpoint, CheckpointStore
from schemahub.errors import Conflict
from schemahub.layout import StreamId
from schemahub.spans import Span, SpanSet, span_set

STREAM = StreamId("coinbase", "BTC-USD")


def add(checkpoints: CheckpointStore, numbers: list[int]) -> None:
    """Add each number to what the checkpoint covers."""
    for number in numbers:
        while True:
            found = checkpoints.load(STREAM)
            covered = found.checkpoint.covered if found else SpanSet()
            after = Checkpoint(stream=STREAM, covered=covered | span_set(Span(number, number)))
            try:
                checkpoints.save(after, found.version if found else None)
                break
            except Conflict:
                continue


if __name__ == "__main__":
    _, url, first, threads, times = sys.argv
    checkpoints = schemahub.open(url).lake.checkpoints
    begins = range(int(first), int(first) + int(threads) * int(times), int(times))
    with ThreadPoolExecutor(int(threads)) as pool:
        # Odd numbers only, so that each stays a range of its own.
        parts = [[2 * number + 1 for number in range(begin, begin + int(times))] for begin in begins]
        for done in [pool.submit(add, checkpoints, part) for part in parts]:
            done.result()
