"""Faults of checkpoint stores."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from faulty.fault import breaks, dawdle
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub.checkpoint import Checkpoint, VersionedCheckpoint
from schemahub.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.layout import StreamId


@breaks("CT-CKP-01", "an empty checkpoint where there is none")
class Inventing(CheckpointObjects):
    def load(self, stream: StreamId) -> VersionedCheckpoint | None:
        return super().load(stream) or VersionedCheckpoint(checkpoint=Checkpoint(stream=stream), version="0")


@breaks("CT-CKP-02", "forgets gaps")
class Forgetting(CheckpointObjects):
    def save(self, checkpoint: Checkpoint, expected: str | None) -> str:
        return super().save(replace(checkpoint, gaps=()), expected)


class _Unversioned(CheckpointObjects):
    def save(self, checkpoint: Checkpoint, expected: str | None) -> str:
        del expected
        stored = self.load(checkpoint.stream)
        return super().save(checkpoint, stored.version if stored else None)


@breaks("CT-CKP-03", "does not compare versions")
class Careless(_Unversioned):
    pass


@breaks("CT-CKP-04", "versions made of the content")
class Hashing(_Unversioned):
    def load(self, stream: StreamId) -> VersionedCheckpoint | None:
        stored = super().load(stream)
        return stored and replace(stored, version=_digest(stored.checkpoint))

    def save(self, checkpoint: Checkpoint, expected: str | None) -> str:
        stored = CheckpointObjects.load(self, checkpoint.stream)
        found = _digest(stored.checkpoint) if stored else None
        if found not in {expected, _digest(checkpoint)}:
            raise Conflict(str(checkpoint.stream))
        CheckpointObjects.save(self, checkpoint, stored.version if stored else None)
        return _digest(checkpoint)


@breaks("CT-CKP-05", "compares, then writes")
class Comparing(_Unversioned):
    def save(self, checkpoint: Checkpoint, expected: str | None) -> str:
        stored = self.load(checkpoint.stream)
        if (stored.version if stored else None) != expected:
            raise Conflict(str(checkpoint.stream))
        dawdle()
        while True:
            try:
                return super().save(checkpoint, expected)
            except Conflict:
                continue


@breaks("CT-CKP-06", "takes an exchange's name for a beginning")
class Beginning(CheckpointObjects):
    def streams(self, exchange: str | None = None) -> Iterator[StreamId]:
        return (each for each in super().streams() if each.exchange.startswith(exchange or ""))


def _digest(checkpoint: Checkpoint) -> str:
    return hashlib.sha256(repr(checkpoint).encode()).hexdigest()
