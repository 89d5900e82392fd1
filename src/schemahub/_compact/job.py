"""What a compaction works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub.events import Emit, silent
from schemahub.settings import CompactSettings, FileSettings

if TYPE_CHECKING:
    from schemahub._clock import Clock, Stop
    from schemahub.object_store import ObjectStore
    from schemahub.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactJob:
    """The table, the store that its files lie in, and how large they should be."""

    table: Table
    store: ObjectStore
    clock: Clock
    stop: Stop
    emit: Emit = silent
    files: FileSettings = field(default_factory=FileSettings)
    settings: CompactSettings = field(default_factory=CompactSettings)
    grace_seconds: float = 3_600.0
