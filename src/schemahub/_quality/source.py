"""The parts of a lake that checks read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._clock import Stop
from schemahub._quality.steady import is_live
from schemahub.events import Emit, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._executing.crew import Crew
    from schemahub._quality.identity import TransformerFor
    from schemahub.checkpoint import CheckpointStore
    from schemahub.layout import StreamId
    from schemahub.object_store import ObjectStore
    from schemahub.raw_sink import RawSink
    from schemahub.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where everything is; nothing here is written to. The `crew` reads streams deeply, if there is one."""

    raw: RawSink
    checkpoints: CheckpointStore
    table: Table
    store: ObjectStore
    transformer_for: TransformerFor
    emit: Emit = silent
    stop: Stop = field(default_factory=Stop)
    crew: Crew[Source] | None = None

    def streams(self, exchange: str | None = None) -> Iterator[StreamId]:
        """Return the streams that have raw batches or a checkpoint; some of them twice."""
        yield from self.raw.streams(exchange)
        yield from self.checkpoints.streams(exchange)

    def is_lost(self, key: str) -> bool:
        """Tell whether a file that is missing is part of the table now, and was not merely replaced."""
        return is_live(self.table.snapshot(), key)
