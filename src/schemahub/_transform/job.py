"""What a transform works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub.events import Emit, silent
from schemahub.settings import FileSettings, TransformSettings
from schemahub.transformer import Transformer

if TYPE_CHECKING:
    from schemahub._clock import Clock, Stop
    from schemahub._executing.crew import Crew
    from schemahub._registering import Registrar
    from schemahub.checkpoint import CheckpointStore
    from schemahub.layout import StreamId
    from schemahub.object_store import ObjectStore
    from schemahub.raw_sink import RawSink
    from schemahub.table import Table

TransformerFor = Callable[[str], Transformer]
"""Returns the transformer of an exchange; `ConfigError` if there is none."""


def _no_symbol(stream: StreamId) -> str | None:
    del stream
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformJob:
    """Where raw comes from and rows go to; `store` takes the quarantine.

    `symbol_of` says which symbol a stream's batches are transformed with, where transformers use it.
    `checkpoints` say which raw is there, so that not all of it need be listed; without them it is. The
    `registrar` tells a catalog, if there is one, of each commit. The `crew` does the units of a commit;
    without one they are done here, one after another.
    """

    raw: RawSink
    table: Table
    store: ObjectStore
    transformer_for: TransformerFor
    clock: Clock
    stop: Stop
    emit: Emit = silent
    settings: TransformSettings = field(default_factory=TransformSettings)
    files: FileSettings = field(default_factory=FileSettings)
    checkpoints: CheckpointStore | None = None
    registrar: Registrar | None = None
    symbol_of: Callable[[StreamId], str | None] = _no_symbol
    crew: Crew[TransformJob] | None = None

    @property
    def hands(self) -> int:
        """Return how many units are done at the same time."""
        return self.crew.size if self.crew else 1

    @property
    def rows_per_pin(self) -> int | None:
        """Return the lines that are pinned, and become visible, together; None if that is all of them."""
        wanted = self.settings.one_commit
        one_commit = self.table.one_commit if wanted is None else wanted
        return None if one_commit else self.settings.rows_per_commit * self.hands
