"""Changes to one stream's checkpoint, each an atomic step that any runner may win."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.errors import Conflict, RetryableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._clock import Clock, Stop
    from schemahub.checkpoint import Checkpoint, CheckpointStore, VersionedCheckpoint
    from schemahub.layout import StreamId

_TRIES = 100
_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 5.0


class Ledger:
    """Loads, changes and saves a checkpoint by compare-and-set."""

    def __init__(self, stream: StreamId, store: CheckpointStore, clock: Clock, stop: Stop) -> None:
        """Keep the surroundings."""
        self.stream = stream
        self._store = store
        self._clock = clock
        self._stop = stop

    def load(self) -> VersionedCheckpoint | None:
        """Return what is stored."""
        return self._store.load(self.stream)

    def create(self, checkpoint: Checkpoint) -> None:
        """Save the first checkpoint; `Conflict` if somebody else did."""
        self._store.save(checkpoint, None)

    def update(self, change: Callable[[Checkpoint], Checkpoint]) -> Checkpoint:
        """Apply `change` to what is stored now and save it; again from the start if another runner won.

        `change` is pure and may be called many times. Returns what is stored in the end. A checkpoint that
        vanished meanwhile is a `Conflict`: it must be rebuilt from raw, not begun anew.
        """
        pause = _PAUSE_SECONDS
        for attempt in range(1, _TRIES + 1):
            stored = self.load()
            if stored is None:
                msg = "the checkpoint was deleted during the run"
                raise Conflict(msg, where=str(self.stream))
            changed = change(stored.checkpoint)
            if changed == stored.checkpoint:
                return changed
            try:
                self._store.save(changed, stored.version)
            except (Conflict, RetryableError):
                if attempt == _TRIES:
                    raise
                self._clock.wait(pause, self._stop)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                return changed
        msg = "a loop that returns or raises"
        raise AssertionError(msg)
