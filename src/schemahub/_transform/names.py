"""Whether a raw object's name can be one of its stream's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.errors import ConfigError, IntegrityError, PermanentError
from schemahub.model import Ids

if TYPE_CHECKING:
    from schemahub.checkpoint import Checkpoint, CheckpointStore
    from schemahub.layout import StreamId
    from schemahub.raw_sink import RawObject


def checkpoint_of(checkpoints: CheckpointStore | None, stream: StreamId) -> Checkpoint | None:
    """Return a stream's checkpoint, None if it cannot be read: raw is the truth, it only tells more."""
    try:
        stored = checkpoints.load(stream) if checkpoints else None
    except (ConfigError, IntegrityError, PermanentError):
        return None
    return stored.checkpoint if stored else None


class NameRule:
    """Refuses names that count wrongly: more trades than positions, or fewer in a stream of dense ids.

    What a stream's ids are its checkpoint says, which is read only if a name asks for it, and once. Where
    there is none, fewer trades than positions are taken for sparse ids: each row's id is checked then.
    """

    def __init__(self, checkpoints: CheckpointStore | None) -> None:
        """Read nothing yet."""
        self._checkpoints = checkpoints
        self._dense: dict[StreamId, bool] = {}

    def check(self, stored: RawObject) -> None:
        """Raise an `IntegrityError` if the name is none; safe to call in threads."""
        name = stored.name
        if len(name.span) == name.count or (name.count < len(name.span) and not self._is_dense(stored)):
            return
        msg = "positions do not follow from the name"
        expected = f"{len(name.span)} trades in {name.span}"
        raise IntegrityError(msg, where=stored.key, expected=expected, found=str(name.count))

    def _is_dense(self, stored: RawObject) -> bool:
        stream = stored.stream
        if stream not in self._dense:
            known = checkpoint_of(self._checkpoints, stream)
            self._dense[stream] = known is not None and known.ids is not Ids.SPARSE
        return self._dense[stream]
