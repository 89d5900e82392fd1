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
    from schemahub._registering import Registrar
    from schemahub.checkpoint import CheckpointStore
    from schemahub.object_store import ObjectStore
    from schemahub.raw_sink import RawSink
    from schemahub.table import Table

TransformerFor = Callable[[str], Transformer]
"""Returns the transformer of an exchange; `ConfigError` if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformJob:
    """Where raw comes from and rows go to; `store` takes the quarantine.

    `checkpoints` say which raw is there, so that not all of it need be listed; without them it is. The
    `registrar` tells a catalog, if there is one, of each commit.
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
