"""Checkpoints over any object store."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from schemahub._lake.checkpoint_document import of_document, to_document
from schemahub._lake.read_back import put_if_read_back
from schemahub.checkpoint import CheckpointStore, VersionedCheckpoint
from schemahub.errors import IntegrityError, NotFound
from schemahub.layout import CHECKPOINT_ROOT, StreamId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.checkpoint import Checkpoint
    from schemahub.object_store import ObjectStore


class CheckpointObjects(CheckpointStore):
    """One small JSON object per stream, replaced by compare-and-set."""

    def __init__(self, store: ObjectStore) -> None:
        """Keep the store; nothing is read or made."""
        self._store = store

    def load(self, stream: StreamId) -> VersionedCheckpoint | None:
        """Return the checkpoint, or None if there is none.

        One written by a newer schemahub is a `ConfigError`; one of another stream, or a damaged one, is an
        `IntegrityError`.
        """
        key = stream.checkpoint_key
        try:
            stored = self._store.get(key)
        except NotFound:
            return None
        checkpoint = of_document(stored.data, key)
        if checkpoint.stream != stream:
            msg = "this is the checkpoint of another stream"
            raise IntegrityError(
                msg, where=key, expected=stream.lease_name, found=checkpoint.stream.lease_name
            )
        return VersionedCheckpoint(checkpoint=checkpoint, version=stored.version)

    def save(self, checkpoint: Checkpoint, expected: str | None) -> str:
        """Save if the stored version is still `expected` (None: no checkpoint yet); return the new version.

        Raise `Conflict` otherwise. A lost reply is read back: `RetryableError` means that nothing is known
        to be stored, and saving again is safe.
        """
        document = to_document(checkpoint, uuid.uuid4().hex)
        return put_if_read_back(self._store, checkpoint.stream.checkpoint_key, document, expected)

    def streams(self, exchange: str | None = None) -> Iterator[StreamId]:
        """List the streams that have a checkpoint."""
        prefix = f"{CHECKPOINT_ROOT}{exchange}_" if exchange else CHECKPOINT_ROOT
        for info in self._store.list(prefix):
            yield StreamId.of_checkpoint_key(info.key)
